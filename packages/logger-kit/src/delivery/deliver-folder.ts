import { dirname, join } from 'node:path'
import type { Redactor } from '../http/redactor.js'
import type { BackPressure } from '../plugin/definition.js'
import type { Pacer } from '../pump/pacer.js'
import type { RunFolder } from '../spool/run-folder.js'
import type { RunStatus, WriterFactory } from '../writer/log-writer.js'
import type { Secret } from '../writer/secret.js'
import type { Surroundings } from './courier.js'
import type { DeliveryHost } from './delivery-parts.js'
import { RunDelivery } from './run-delivery.js'

/** What is needed to deliver a run that is in a spool. */
export interface FolderParts extends Surroundings {
  readonly factory: WriterFactory<never>
  readonly secrets: Readonly<Record<string, Secret>>
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

/** Begins to deliver what a run has left in its folder. */
export function deliverFolder(folder: RunFolder, parts: FolderParts): FolderDelivery {
  const { factory, secrets, host, clock } = parts
  const { runId, id, startedAt, state, opens, options, ended } = folder.manifest
  const delivery = new RunDelivery({
    ...parts,
    writer: factory.create(options as never, { secrets }),
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
