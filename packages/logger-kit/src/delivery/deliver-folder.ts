import { dirname, join } from 'node:path'
import type { Redactor } from '../http/redactor.js'
import type { BackPressure } from '../plugin/definition.js'
import type { Pacer } from '../pump/pacer.js'
import type { RunFolder } from '../spool/run-folder.js'
import type { RunStatus, WriterFactory } from '../writer/log-writer.js'
import type { Surroundings } from './courier.js'
import type { DeliveryHost } from './delivery-parts.js'
import { type KeyBinding, permissionFor } from './key-binding.js'
import { RunDelivery } from './run-delivery.js'

/** What is needed to deliver a run that is in a spool. */
export interface FolderParts extends Surroundings {
  readonly factory: WriterFactory<never>
  readonly keys: KeyBinding
  readonly pacer: Pacer
  readonly redactor: Redactor
  readonly maxQueue: number
  readonly backPressure: BackPressure
  readonly host: Pick<DeliveryHost, 'report'>
}

/** A delivery of a run's folder, begun, and how to bring it to its end. */
export interface FolderDelivery {
  readonly delivery: RunDelivery
  /** Gives whether everything has arrived. A run that nobody ended was interrupted. */
  finish(deadline: number): Promise<boolean>
}

/** A folder that is not delivered, and why; nothing of it was sent. */
export class NotDelivered extends Error {
  override readonly name = 'NotDelivered'

  constructor(
    reason: string,
    /** Where it is for, if another place than the keys are for. */
    readonly origin?: string,
  ) {
    super(reason)
  }
}

/**
 * Begins to deliver what a run has left in its folder.
 *
 * @throws NotDelivered where the keys are not for the address in the folder's options, or the writer
 *   with those options writes files
 */
export function deliverFolder(folder: RunFolder, parts: FolderParts): FolderDelivery {
  const { factory, keys, host, clock } = parts
  const { runId, id, startedAt, state, opens, options, ended } = folder.manifest
  const permission = permissionFor(factory, options, keys)
  if (!permission.isGiven) throw new NotDelivered(permission.reason, permission.origin)
  const { secrets } = keys
  const writer = factory.create(options as never, { secrets })
  if (writer.capabilities.offline !== 'spool') {
    throw new NotDelivered('its options are for a logger that writes files and leaves no spool')
  }
  const delivery = new RunDelivery({
    ...parts,
    writer,
    boundTo: Object.keys(secrets).length > 0 ? permission.origin : undefined,
    folder,
    files: join(folder.path, 'files'),
    run: {
      ...{ runId, id, startedAt, state, opens },
      rootDir: dirname(dirname(dirname(folder.path))),
      isReplay: true,
    },
    host: {
      report: (level, message) => host.report(level, message),
      opened: () => undefined,
      stateChanged: () => undefined,
      freed: () => undefined,
    },
  })
  delivery.start()
  const status: RunStatus = ended?.status ?? 'interrupted'
  const endedAt = ended?.endedAt ?? Math.round(clock.now())
  return { delivery, finish: (deadline) => delivery.finish(status, endedAt, deadline) }
}
