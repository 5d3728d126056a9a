import {
  decodeJson,
  isRegimenError,
  type Json,
  type Loader,
  type Plugin,
  type PluginEntry,
  type Report,
  type Snapshot,
  type StopReason,
  Trainer,
  type TrainerOptions,
} from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { recordHooks } from '../record-hooks.js'
import { collector, type RunPluginOptions, scriptedOptions } from '../run-plugin.js'
import { createScript, type Script, type ScriptedEpoch } from '../script.js'
import { Observation, observed } from './observed-plugin.js'
import type { WriteWatch } from './write-watch.js'

/** Everything about a run that a plugin may have decided. */
export interface ContractOutcome {
  readonly stop: StopReason
  readonly metrics: Readonly<Record<string, number>>
  readonly history: readonly unknown[]
  /** The weights at the end, by name. */
  readonly weights: Readonly<Record<string, readonly number[]>>
  /** What the plugin saved at the end, and its tensors by name. */
  readonly state: Json
  readonly tensors: Readonly<Record<string, readonly number[]>>
  /** Metrics that were logged, in order. */
  readonly records: readonly unknown[]
  /** Calls of hooks, in order. */
  readonly calls: readonly string[]
}

/** What all runs of a contract share. */
export interface Common {
  readonly metrics: readonly ScriptedEpoch[]
  readonly batches: number
  readonly options: Omit<TrainerOptions, 'plugins'>
  readonly companions: () => PluginEntry
  readonly configureOptimizers: RunPluginOptions['configureOptimizers']
  readonly watch: WriteWatch
}

/** How one fit of a bench differs. */
export interface FitVariant {
  readonly metrics?: readonly ScriptedEpoch[]
  readonly signal?: AbortSignal
  readonly resumeFrom?: Snapshot
  /** Changes the script before the run. */
  readonly edit?: (script: Script) => Script
}

/** A trainer with the plugin on trial, which can run several fits. */
export class Bench {
  readonly observation = new Observation()
  readonly trainer: Trainer
  readonly #plugin: Plugin
  readonly #common: Common
  readonly #calls: readonly string[]
  readonly #records: unknown[] = []
  #stop: (stuck: Error) => void = () => undefined

  /** @throws what the plugin throws when it is applied */
  constructor(
    plugin: Plugin,
    common: Common,
    metrics = common.metrics,
    others: PluginEntry = [],
  ) {
    this.#plugin = plugin
    this.#common = common
    const options = scriptedOptions({ metrics, options: common.options })
    const tried = observed(plugin, this.observation, common.watch)
    this.trainer = new Trainer({
      ...options,
      plugins: [
        collector((report) => this.#stopIfStuck(report)),
        common.companions(),
        tried,
        others,
      ],
    })
    this.#calls = recordHooks(this.trainer)
    this.trainer.on('record').subscribe(({ record }) => {
      if (record.kind !== 'metrics') return
      const { source, interval, values } = record
      this.#records.push({ source, interval, values: { ...values } })
    })
  }

  /** One fit. @throws what the fit throws */
  async fit(variant: FitVariant = {}): Promise<ContractOutcome> {
    const {
      metrics = this.#common.metrics,
      signal,
      resumeFrom,
      edit = (same) => same,
    } = variant
    const { batches, configureOptimizers } = this.#common
    const made = createScript(
      { metrics, batches, configureOptimizers },
      this.trainer.state,
    )
    const script = edit(made)
    const [firstCall, firstRecord] = [this.#calls.length, this.#records.length]
    try {
      const {
        stop,
        history,
        metrics: last,
      } = await this.#untilStuck(
        this.trainer.fit(script.module, script.data, {
          signal,
          resumeFrom,
        }),
      )
      const calls = this.#calls.slice(firstCall)
      const snapshot = await this.trainer.snapshot()
      const { id } = this.#plugin
      return {
        stop,
        history,
        metrics: last,
        weights: valuesUnder('module/', snapshot),
        state: decodeJson(snapshot.meta.plugins[id] ?? null),
        tensors: valuesUnder(`plugin/${id}/`, snapshot),
        records: this.#records.slice(firstRecord),
        calls,
      }
    } finally {
      made.dispose()
    }
  }

  /** A report of a tap that the trainer waits for in vain: the run would never end. */
  #stopIfStuck({ message, waitsFor }: Report): void {
    if (waitsFor) this.#stop(new StuckError(message))
  }

  #untilStuck<Result>(run: Promise<Result>): Promise<Result> {
    const stuck = new Promise<never>((_, reject) => {
      this.#stop = reject
    })
    return Promise.race([run, stuck])
  }

  /** Runs the three stages that do not train. Throws nothing. */
  async evaluate(data: Loader<tf.Tensor>): Promise<void> {
    const { metrics, batches, configureOptimizers } = this.#common
    const { trainer } = this
    const script = createScript({ metrics, batches, configureOptimizers }, trainer.state)
    const predict = async () => {
      for await (const output of trainer.predict(script.module, data))
        tf.dispose(output as tf.Tensor)
    }
    await Promise.allSettled([trainer.validate(script.module, data)])
    await Promise.allSettled([trainer.test(script.module, data)])
    await Promise.allSettled([predict()])
    script.dispose()
  }
}

/** A tap that never ends. Its run continues, and can only be abandoned. */
export class StuckError extends Error {}

/** The text of an error with the place that it names. */
export function describeError(error: unknown): string {
  if (!isRegimenError(error)) return String(error)
  const place = error.plugin === undefined ? 'no plugin' : `plugin "${error.plugin}"`
  return `"${error.message}" (it names ${place})`
}

function valuesUnder(prefix: string, { tensors }: Snapshot): Record<string, number[]> {
  const entries = Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(
    entries.map(([name, { data }]) => [name.slice(prefix.length), [...data]]),
  )
}
