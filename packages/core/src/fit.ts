import type { FitData } from './batch-source.js'
import { evaluate } from './evaluate.js'
import { fitLoop } from './fit-loop.js'
import { FitRun, type HistoryRow } from './fit-run.js'
import type { TrainingModule } from './module.js'
import { nextTensorId, parkOptimizer, unparkOptimizer } from './optimizer-slots.js'
import type { RunInfo } from './run-info.js'
import { countersOf } from './run-state.js'
import {
  adviseFit,
  checkFitData,
  optimizersOf,
  trainBatchesOf,
  validationBatchesOf,
} from './setup-fit.js'
import type { Snapshot } from './snapshot.js'
import { restoreSnapshot } from './snapshot-io.js'
import type { Made, OpenRun, StageRunner } from './stage-runner.js'
import type { Outcome, StopReason } from './stop.js'
import { runStep } from './train-step.js'

/** How a fit went. */
export interface FitResult {
  /** Why it ended. */
  readonly stop: StopReason
  /** The newest value of every metric. */
  readonly metrics: Readonly<Record<string, number>>
  /** One row per epoch. */
  readonly history: readonly HistoryRow[]
}

/** What a fit works on. */
export interface FitRequest {
  readonly data: Made<FitData<never>>
  readonly resumeFrom: (() => Promise<Snapshot>) | undefined
}

/** setup, loadState, the sanity check and the loop, in an open run. */
export async function fit(
  runner: StageRunner,
  open: OpenRun,
  request: FitRequest,
  keep: (run: FitRun) => void,
): Promise<FitResult> {
  const data = await made<FitData<unknown>>(request.data as Made<FitData<unknown>>)
  checkFitData(data, open.options)
  adviseFit(open.report, open.given, open.options, open.module, data)
  const firstId = nextTensorId()
  const optimizers = optimizersOf(open.module)
  try {
    for (const optimizer of Object.values(optimizers)) unparkOptimizer(optimizer)
    const run = new FitRun({
      ...open,
      data,
      optimizers,
      runner: runner.host.wrapped(runStep),
      pluginStates: runner.host,
    })
    keep(run)
    run.trainBatches = trainBatchesOf(data, open.options)
    try {
      await runner.begin(run, infoOf(run, open, data, request.resumeFrom !== undefined))
      if (request.resumeFrom) await restoreSnapshot(run, await request.resumeFrom())
      await recordHparams(run)
      if (!request.resumeFrom) await sanityCheck(run)
      const stop = await fitLoop(run)
      return { stop, metrics: Object.fromEntries(run.results), history: [...run.history] }
    } finally {
      run.endedAt = performance.now()
      run.log.dispose()
    }
  } finally {
    for (const optimizer of Object.values(optimizers)) await parkOptimizer(optimizer, firstId)
  }
}

/** Outcome of a fit for `teardown`. */
export function outcomeOf({ stop }: FitResult): Outcome {
  if (stop.kind === 'signal') return 'interrupted'
  return stop.kind === 'plugin' ? 'stopped' : 'completed'
}

/** Makes what was given as a function. */
export async function made<T>(given: Made<T>): Promise<T> {
  return typeof given === 'function' ? await (given as () => T | Promise<T>)() : given
}

async function sanityCheck(run: FitRun): Promise<void> {
  const { sanityBatches, limitBatches } = run.options
  if (!run.canValidate || sanityBatches === 0 || run.latch.isInterrupted) return
  run.state.isSanityCheck = true
  await run.emit('sanityStart', countersOf(run.state))
  try {
    const { isInterrupted } = await evaluate(run, {
      kind: 'validation',
      sources: run.validation as NonNullable<FitRun['validation']>,
      limit: limitBatches.validation,
      cap: sanityBatches,
      isSanityCheck: true,
    })
    const outcome = isInterrupted ? 'interrupted' : 'completed'
    await run.emit('sanityEnd', { ...countersOf(run.state), outcome })
  } catch (thrown) {
    await run.emitAfterError('sanityEnd', { ...countersOf(run.state), outcome: 'failed' })
    throw thrown
  } finally {
    run.state.isSanityCheck = false
  }
}

async function recordHparams(run: FitRun): Promise<void> {
  const { hparams } = run.module
  if (hparams) await run.record({ kind: 'hyperparameters', values: hparams })
}

function infoOf(run: FitRun, open: OpenRun, data: FitData<unknown>, isResumed: boolean): RunInfo {
  return {
    stage: 'fit',
    options: open.options,
    module: open.module as TrainingModule<unknown>,
    variables: open.table.byName,
    optimizers: run.optimizers,
    hparams: open.module.hparams ?? {},
    trainBatches: run.trainBatches,
    validationBatches: run.canValidate ? validationBatchesOf(data, open.options) : 0,
    splits: Object.keys(data),
    backend: open.backend,
    isResumed,
  }
}
