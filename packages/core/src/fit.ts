import type { DataSources, FitData } from './batch-source.js'
import { evaluate } from './evaluate.js'
import { fitLoop, outcomeOf } from './fit-loop.js'
import { FitRun, type HistoryRow } from './fit-run.js'
import { nextTensorId, parkOptimizer, unparkOptimizer } from './optimizer-slots.js'
import type { RunInfo } from './run-info.js'
import { at } from './run-state.js'
import {
  adviseFit,
  checkFitData,
  optimizersOf,
  trainBatchesOf,
  validationBatchesOf,
} from './setup.js'
import type { Snapshot } from './snapshot.js'
import { restoreSnapshot } from './snapshot-io.js'
import type { OpenRun, StageRunner } from './stage-runner.js'
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

/** What a fit works on besides its module. */
export interface FitRequest {
  readonly data: FitData<unknown>
  /** Finds the snapshot to go on from. */
  readonly load: (() => Promise<Snapshot>) | undefined
  /** Told the run, for snapshots during and after it. */
  readonly keep: (run: FitRun) => void
}

/** setup, loadState, the sanity check and the loop, in an open run. */
export async function fit(
  runner: StageRunner,
  open: OpenRun,
  { data, load, keep }: FitRequest,
): Promise<{ readonly result: FitResult; readonly outcome: Outcome }> {
  const { report, given, options, module, table } = open
  checkFitData(data, options)
  adviseFit(report, given, options, module, data)
  const firstId = nextTensorId()
  const optimizers = optimizersOf(module)
  const all = Object.values(optimizers)
  try {
    for (const optimizer of all) unparkOptimizer(optimizer, table)
    const wrapped = runner.host.wrapped(runStep)
    const run = new FitRun(open, { data, optimizers, runner: wrapped, plugins: runner.host })
    run.trainBatches = trainBatchesOf(data, options)
    keep(run)
    try {
      await runner.begin(run, infoOf(run, open, load !== undefined))
      if (load) await restoreSnapshot(run, await load())
      if (module.hparams) await run.record({ kind: 'hyperparameters', values: module.hparams })
      if (!load) await sanityCheck(run)
      const stop = await fitLoop(run)
      const result = { stop, metrics: Object.fromEntries(run.results), history: [...run.history] }
      return { result, outcome: outcomeOf(stop) }
    } finally {
      run.endedAt = performance.now()
      run.epochLog.dispose()
    }
  } finally {
    for (const optimizer of all) await parkOptimizer(optimizer, table, firstId)
  }
}

async function sanityCheck(run: FitRun): Promise<void> {
  const { sanityBatches, limitBatches } = run.parts.options
  if (!run.canValidate || sanityBatches === 0 || run.isInterrupted) return
  const { state } = run
  const end = (outcome: Outcome) => at(state, { outcome })
  state.isSanityCheck = true
  await run.emit('sanityStart', at(state, {}))
  try {
    const sources = run.fit.data.validation as DataSources<unknown>
    const limit = limitBatches.validation
    const what = { kind: 'validation', sources, limit, cap: sanityBatches } as const
    const { isInterrupted } = await evaluate(run, what)
    await run.emit('sanityEnd', end(isInterrupted ? 'interrupted' : 'completed'))
  } catch (thrown) {
    await run.emitAfterError('sanityEnd', end('failed'))
    throw thrown
  } finally {
    state.isSanityCheck = false
  }
}

function infoOf(run: FitRun, open: OpenRun, isResumed: boolean): Partial<RunInfo> {
  const { data, optimizers } = run.fit
  const validationBatches = run.canValidate ? validationBatchesOf(data, open.options) : 0
  const splits = Object.keys(data)
  return { optimizers, trainBatches: run.trainBatches, validationBatches, splits, isResumed }
}
