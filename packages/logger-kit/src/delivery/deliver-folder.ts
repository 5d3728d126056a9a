import { dirname, join } from 'node:path'
import type { Json } from '@regimen/core'
import type { Redactor } from '../http/redactor.js'
import type { RateLimiter } from '../pump/rate-limiter.js'
import type { BackPressure } from '../record/record-queue.js'
import type { RunFolder } from '../spool/run-folder.js'
import type { LogWriter, RunStatus, WriterFactory } from '../writer/log-writer.js'
import { isLoggerError } from '../writer/logger-error.js'
import type { DeliveryHost, Platform } from './delivery.js'
import { boundOrigin, type KeyBinding, permissionFor } from './key-binding.js'
import { RunDelivery } from './run-delivery.js'

/** What is needed to deliver a run that is in a spool. */
export interface DeliverFolderOptions extends Platform {
  readonly factory: WriterFactory<never>
  readonly keys: KeyBinding
  readonly rateLimiter: RateLimiter
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
 * The writer for a run that is described on disk.
 *
 * @throws NotDelivered if the keys are not for the address in the options, the options are none of
 *   this writer's, or with them it writes files
 */
export function writerFor(
  factory: WriterFactory<never>,
  options: Json,
  keys: KeyBinding,
): { readonly writer: LogWriter; readonly origin: string | undefined } {
  const permission = permissionFor(factory, options, keys)
  if (!permission.isGiven) throw new NotDelivered(permission.reason, permission.origin)
  const { origin } = permission
  const writer = created(factory, options, keys)
  if (writer.capabilities.offline === 'spool') return { writer, origin }
  throw new NotDelivered(
    'its options are for a logger that writes files and leaves no spool',
  )
}

function created(
  factory: WriterFactory<never>,
  options: Json,
  { secrets }: KeyBinding,
): LogWriter {
  try {
    return factory.create(options as never, { secrets })
  } catch (thrown) {
    if (isLoggerError(thrown)) throw thrown
    throw new NotDelivered(`its options are not those of its logger: ${String(thrown)}`)
  }
}

/**
 * Begins to deliver what a run has left in its folder.
 *
 * @throws NotDelivered as {@link writerFor} does
 */
export function deliverFolder(
  folder: RunFolder,
  options: DeliverFolderOptions,
): FolderDelivery {
  const { factory, keys, host, clock } = options
  const { runId, id, startedAt, state, opens, options: settings, ended } = folder.manifest
  const { writer, origin } = writerFor(factory, settings, keys)
  const rootDir = dirname(dirname(dirname(folder.path)))
  const delivery = new RunDelivery({
    ...options,
    writer,
    boundTo: boundOrigin({ ...keys, origin }),
    folder,
    files: join(folder.path, 'files'),
    run: { runId, id, startedAt, rootDir, state, opens, isReplay: true },
    host: {
      report: (level, message) => host.report(level, message),
      opened: () => undefined,
      stateChanged: () => undefined,
      stored: () => undefined,
      freed: () => undefined,
    },
  })
  delivery.start()
  const status: RunStatus = ended?.status ?? 'interrupted'
  const endedAt = ended?.endedAt ?? Math.round(clock.now())
  return { delivery, finish: (deadline) => delivery.finish(status, endedAt, deadline) }
}
