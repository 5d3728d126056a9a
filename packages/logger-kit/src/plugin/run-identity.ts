import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { Json, PluginContext } from '@regimen/core'
import type { DeliveryInit } from '../delivery/delivery.js'
import type { CommonOptions } from './common-options.js'
import { type LoggerDefinition, presentSecrets } from './definition.js'

/** Where the state of a run that continues another says which was the first. */
const FIRST = 'firstRunId'

/** What a checkpoint keeps of a run. */
export type SavedRun = {
  readonly firstRunId: string
  /** What the writer keeps. */
  readonly state: Readonly<Record<string, Json>>
}

/** What of a run lasts from one stage to the next: a test resumes the run of the fit before it. */
export class RunIdentity {
  readonly runId = randomUUID().replaceAll('-', '')
  readonly startedAt = Date.now()
  /** Number of the next record. */
  seq = 1
  /** How often the run was opened. */
  opens = 0
  /** What the writer keeps. */
  #state: Readonly<Record<string, Json>> = {}

  keep(key: string, value: Json): void {
    this.#state = { ...this.#state, [key]: value }
  }

  saved(): SavedRun {
    const { [FIRST]: first = this.runId } = this.#state
    return { firstRunId: String(first), state: this.#state }
  }

  /** The run is a new one to the spool, and the same to the writer. */
  continue({ firstRunId, state }: SavedRun): void {
    this.#state = { ...state, [FIRST]: firstRunId }
  }

  /** All that is needed to deliver the run, which is opened once more. */
  open(
    definition: LoggerDefinition<never>,
    { id, maxQueue, backPressure }: CommonOptions,
    rootDir: string,
  ): DeliveryInit {
    const { runId, startedAt, opens } = this
    const state = this.#state
    this.opens++
    return {
      ...{ runId, id, startedAt, state, opens, maxQueue, backPressure },
      rootDir: resolve(rootDir),
      name: definition.name,
      module: String(definition.module),
      package: definition.package,
      options: definition.options as Json,
      secrets: presentSecrets(definition),
    }
  }
}

/**
 * Keeps in every snapshot which run it is of. Not as state of the plugin: two equal fits have equal
 * state, but are two runs.
 */
export function tapRunState(
  { id, hooks }: Pick<PluginContext, 'id' | 'hooks'>,
  identity: () => RunIdentity | undefined,
): void {
  const entry = `run of ${id}`
  hooks.saveState.tap(id, (snapshot) => {
    const saved = identity()?.saved()
    return saved ? { ...snapshot, [entry]: saved } : snapshot
  })
  hooks.loadState.tap(id, ({ snapshot }) => {
    const saved = (snapshot as object as Record<string, SavedRun | undefined>)[entry]
    if (saved) identity()?.continue(saved)
  })
}
