import {
  type AutomaticModule,
  definePlugin,
  type FitResult,
  type LogRecord,
  type Outcome,
  type Plugin,
  type PluginEntry,
  type Report,
  type Snapshot,
  type SnapshotReference,
  Trainer,
  type TrainerEvent,
  type TrainerOptions,
} from '@regimen/core'
import type * as tf from '@tensorflow/tfjs-core'
import { recordHooks } from './record-hooks.js'
import { createScript, type ScriptedEpoch } from './script.js'
import { useBackend } from './use-backend.js'

/** How a scripted run goes. */
export interface RunPluginOptions {
  /**
   * One entry per epoch, metrics by their final names: those that begin with `val_` come from the
   * validation, the others from training, where `loss` is 1 by default. A list gives one
   * value per batch, or per validation of the epoch. There is a validation if any entry has a `val_`.
   */
  readonly metrics: readonly ScriptedEpoch[]
  /** Batches of an epoch. Default 1. */
  readonly batches?: number
  /**
   * Options of the trainer. These defaults differ from the trainer's: `maxEpochs` is the number of entries,
   * `sanityBatches` 0, `logEvery` every step.
   */
  readonly options?: Omit<TrainerOptions, 'plugins'>
  /** Interrupts the run. */
  readonly signal?: AbortSignal
  /** What the run resumes from. */
  readonly resumeFrom?: SnapshotReference
  /** Default: SGD with rate 1, so that the weight `w` ends at minus the number of steps. */
  readonly configureOptimizers?: AutomaticModule<tf.Tensor>['configureOptimizers']
  /** Receives the trainer before the run, to tap and watch it. */
  readonly watch?: (trainer: Trainer) => void
}

/** How a scripted run went. */
export interface PluginRun extends FitResult {
  readonly outcome: Outcome
  /** Completed epochs. */
  readonly epochs: number
  /** Every call of a hook, as `recordHooks` writes it. */
  readonly hooks: readonly string[]
  readonly events: readonly TrainerEvent[]
  readonly records: readonly LogRecord[]
  readonly reports: readonly Report[]
  /** The state after the run, to resume from. */
  readonly snapshot: Snapshot
}

/** Options of the trainer that suit scripted runs. */
export function scriptedOptions({ metrics, options }: RunPluginOptions): TrainerOptions {
  const defaults = { maxEpochs: metrics.length, sanityBatches: 0, logEvery: { steps: 1 } }
  return { ...defaults, ...options }
}

/**
 * Runs a fit of the real Trainer with plugins, on a module whose metrics are scripted. Leaves no
 * tensor behind and disposes of the trainer.
 *
 * @throws what the fit throws
 * @example
 * const { stop } = await runPlugin(earlyStopping({ monitor: 'val_loss', mode: 'min', patience: 1 }), {
 *   metrics: [{ val_loss: 1 }, { val_loss: 2 }, { val_loss: 3 }],
 * })
 */
export async function runPlugin(
  plugins: PluginEntry,
  run: RunPluginOptions,
): Promise<PluginRun> {
  await useBackend()
  const { metrics, batches = 1, signal, resumeFrom, configureOptimizers, watch } = run
  const reports: Report[] = []
  const take = (report: Report) => void reports.push(report)
  const trainer = new Trainer({
    ...scriptedOptions(run),
    plugins: [collector(take), plugins],
  })
  const script = createScript({ metrics, batches, configureOptimizers }, trainer.state)
  const hooks = recordHooks(trainer)
  const events: TrainerEvent[] = []
  const records: LogRecord[] = []
  let outcome: Outcome = 'failed'
  trainer.events$.subscribe((event) => events.push(event))
  trainer.on('record').subscribe(({ record }) => records.push(record))
  trainer.on('teardown').subscribe((end) => {
    outcome = end.outcome
  })
  watch?.(trainer)
  try {
    const result = await trainer.fit(script.module, script.data, { signal, resumeFrom })
    const snapshot = await trainer.snapshot()
    const { epoch: epochs } = trainer.state
    const { module } = result
    const seen = {
      outcome,
      epochs,
      hooks: [...hooks],
      events,
      records,
      reports,
      snapshot,
    }
    return Object.defineProperty({ ...result, module, ...seen }, 'module', {
      enumerable: false,
    })
  } finally {
    await trainer.dispose()
    script.dispose()
  }
}

/** Takes the reports, so that warnings do not go to the process. */
export function collector(take: (report: Report) => void): Plugin {
  return definePlugin({
    name: 'report-collector',
    apply({ provide }) {
      provide('reporter', { report: take })
    },
  })
}
