import { Redactor } from '../http/redactor.js'
import type { WriterFactory } from '../writer/log-writer.js'
import { secretsOf } from '../writer/secret.js'
import type { Delivery, DeliveryHost, DeliveryInit, Platform } from './delivery.js'
import { FileDelivery } from './file-delivery.js'
import { boundOrigin, ownBinding } from './key-binding.js'
import { ServiceDelivery } from './service-delivery.js'

/** Makes the writer of a run, and the delivery that its kind of writer needs. */
export function createDelivery(
  factory: WriterFactory<never>,
  init: DeliveryInit,
  host: DeliveryHost,
  platform: Platform,
): Delivery {
  const secrets = secretsOf(init.secrets)
  const writer = factory.create(init.options as never, { secrets })
  const redactor = new Redactor(Object.values(secrets))
  const keys = ownBinding(factory, init.options, secrets)
  const common = { ...platform, writer, init, host, redactor, boundTo: boundOrigin(keys) }
  if (writer.capabilities.offline === 'native') return new FileDelivery(common)
  return new ServiceDelivery({ ...common, factory, keys })
}
