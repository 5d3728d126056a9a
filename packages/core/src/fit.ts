import type { DataSources, FitData } from './batch-source.js'
import { evaluate } from './evaluate.js'
import { fitLoop } from './fit-loop.js'
import { FitRun, type HistoryRow } from './fit-run.js'
import { nextTensorId, parkOptimizer, unparkOptimizer } from './optimizer-slots.js'
import type { RunParts } from './run.js'
import { type Outcome, outcomeOf, type StopReason } from './run-state.js'
import {
  adviseFit,
  checkFitData,
  optimizersOf,
  trainBatchesOf,
  validationBatchesOf,
} from './setup.js'
import { restoreSnapshot, type Snapshot } from './snapshot.js'

/** How a fit went: why it ended, the newest value of every metric, one row per epoch. */
export interface FitResult {
  readonly stop: StopReason
  readonly metrics: Readonly<Record<string, number>>
  readonly history: readonly HistoryRow[]
}

/** What a fit works on besides its module. */
export interface FitRequest {
  readonly data: FitData<unknown>
  /** Finds the snapshot to go on from. */
  readonly load: (() => Promise<Snapshot>) | undefined
  /** Told the run, before anything else, for snapshots during and after it. */
  readonly enter: (run: FitRun) => void
}

/** setup, loadState, the sanity check and the loop, in an open run. */
export async function fit(parts: RunParts, { data, load, enter }: FitRequest) {
  const { options, module, table } = parts
  checkFitData(data, options)
  adviseFit(parts, data)
  const firstId = nextTensorId()
  const optimizers = parts.hooks.sections.run('module', 0, () => optimizersOf(module))
  try {
    for (const optimizer of Object.values(optimizers)) unparkOptimizer(optimizer, table)
    const run = new FitRun(parts, data, optimizers)
    const trainBatches = trainBatchesOf(data, options)
    const validationBatches = run.canValidate ? validationBatchesOf(data, options) : 0
    const splits = Object.keys(data)
    run.trainBatches = trainBatches
    enter(run)
    try {
      const sizes = { trainBatches, validationBatches, splits }
      await run.begin({ optimizers, ...sizes, isResumed: load !== undefined })
      if (load) await restoreSnapshot(run, await load())
      if (module.hparams) await run.record({ kind: 'hyperparameters', values: module.hparams })
      if (!load) await sanityCheck(run)
      const stop = await fitLoop(run)
      const metrics = Object.fromEntries(run.results)
      const result: FitResult = { stop, metrics, history: [...run.history] }
      return { result, outcome: outcomeOf(stop) }
    } finally {
      run.endedAt = performance.now()
    }
  } finally {
    for (const optimizer of Object.values(optimizers))
      await parkOptimizer(optimizer, table, firstId)
  }
}

async function sanityCheck(run: FitRun): Promise<void> {
  const { sanityBatches: cap, limitBatches } = run.parts.options
  if (!run.canValidate || cap === 0 || run.isInterrupted) return
  const sources = run.data.validation as DataSources<unknown>
  const limit = limitBatches.validation
  run.state.isSanityCheck = true
  try {
    await run.around(
      'sanity',
      () => evaluate(run, { kind: 'validation', sources, limit, cap }),
      (ended) => ({ outcome: ended?.outcome ?? ('failed' as Outcome) }),
    )
  } finally {
    run.state.isSanityCheck = false
  }
}
