import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { Json } from '@regimen/core'
import type { DeliveryInit } from '../delivery/delivery.js'
import type { CommonOptions } from './common-options.js'
import { type LoggerDefinition, presentSecrets } from './definition.js'

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
