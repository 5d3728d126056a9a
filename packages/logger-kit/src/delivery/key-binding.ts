import { isDeepStrictEqual } from 'node:util'
import type { Json } from '@regimen/core'
import { originOf } from '../http/address.js'
import type { WriterFactory } from '../writer/log-writer.js'
import type { Secret } from '../writer/secret.js'

/** Keys, and what they were given for. */
export interface KeyBinding {
  readonly secrets: Readonly<Record<string, Secret>>
  /** Origin that the keys were given for; nothing if the writer names no address. */
  readonly origin: string | undefined
  /** Options that the keys were given with; nothing if they were looked up. */
  readonly options?: Json
}

/** Whether the keys may go where the options of a run say, and where that is. */
export type Permission =
  | { readonly isGiven: true; readonly origin: string | undefined }
  | { readonly isGiven: false; readonly origin: string; readonly reason: string }

/** The keys of a run that is described by its own program: they are for the address in its options. */
export function ownBinding(
  factory: WriterFactory<never>,
  options: Json,
  secrets: Readonly<Record<string, Secret>>,
): KeyBinding {
  const address = factory.address?.(options as never)
  return {
    secrets,
    origin: address === undefined ? undefined : originOf(address),
    options,
  }
}

/**
 * Whether keys may be used for a run whose options were read from disk: only if those lead to the
 * origin that the keys were given for. A writer that names no address may have them for the very
 * options that they were given with.
 *
 * @throws LoggerError where the options hold no address that anything may be sent to
 */
export function permissionFor(
  factory: WriterFactory<never>,
  options: Json,
  { secrets, origin: boundTo, options: boundOptions }: KeyBinding,
): Permission {
  const address = factory.address?.(options as never)
  const origin = address === undefined && !factory.address ? undefined : originOf(address)
  if (Object.keys(secrets).length === 0) return { isGiven: true, origin }
  if (origin === undefined) {
    const isSame = boundOptions !== undefined && isDeepStrictEqual(boundOptions, options)
    if (isSame) return { isGiven: true, origin }
    const reason = 'the logger does not say which address its keys are for'
    return { isGiven: false, origin: 'an address that is not known', reason }
  }
  if (origin === boundTo) return { isGiven: true, origin }
  const advice = factory.keyAdvice?.(origin)
  const way = advice === undefined ? '' : `. To deliver it, ${advice}`
  const reason = `the address is ${origin}, and the key is for ${boundTo ?? 'no address'}${way}`
  return { isGiven: false, origin, reason }
}

/** The only origin that the keys may be sent to; nothing if there are none. */
export const boundOrigin = ({ secrets, origin }: KeyBinding): string | undefined =>
  Object.keys(secrets).length > 0 ? origin : undefined
