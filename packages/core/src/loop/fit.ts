import type { Optimizer } from '@tensorflow/tfjs-core'
import { batchesOf, type FitData, namedSource } from '../data/batch-source.js'
import { fail, say, suggestion } from '../floor/errors.js'
import type { Made, TrainingModule } from '../module/modules.js'
import type { FitResult } from '../run/fit-result.js'
import { FitRun } from '../run/fit-run.js'
import type { Session } from '../run/session.js'
import { restoreSnapshot } from '../run/snapshot.js'
import { isOver } from '../run/stop-reason.js'
import { parkOptimizer, unparkOptimizer } from '../state/optimizer-parking.js'
import { isUnlimited, neverDue, type ResolvedOptions } from '../state/options.js'
import { outcomeOf } from '../state/run-state.js'
import { isOptimizer, nextId } from '../state/variables.js'
import { evaluate } from './evaluate.js'
import { fitLoop } from './fit-loop.js'

const SPLITS = ['train', 'validation', 'test', 'predict']

/** setup, loadState, the sanity check and the loop. */
export async function fit(session: Session, made: Made<FitData<unknown>>) {
  const { options, module, hooks } = session
  const data = await hooks.userCodeWrappers.run(
    'data',
    0,
    typeof made === 'function' ? made : () => made,
  )
  const sizes = sizesOf(data, options)
  adviseFit(session, data, sizes.trainBatches)
  const firstId = nextId()
  const optimizers = hooks.userCodeWrappers.run('module', 0, () => optimizersOf(module))
  try {
    for (const one of Object.values(optimizers)) await unparkOptimizer(one, session.table)
    const run = new FitRun(session, data, optimizers, sizes.trainBatches)
    session.fit = run
    for (const { schedule } of session.host.schedules) schedule.restore()
    // What a function will make is known with its first loader only.
    if (typeof data.train !== 'function') run.schedules.checkShares()
    const validationBatches = run.validation ? sizes.validationBatches : 0
    // Before `setup`: where there is no such snapshot, no plugin has begun anything.
    const snapshot = await session.found()
    await session.open({ ...sizes, validationBatches, optimizers }, run)
    if (snapshot) await restoreSnapshot(run, snapshot)
    run.keeper.open()
    const { hparams } = module
    if (hparams && !isOver(run)) await session.record({ kind: 'hyperparameters', values: hparams })
    if (!snapshot) await sanityCheck(run)
    const stop = await fitLoop(run)
    run.keeper.end()
    const watched = session.host.services('bestValue').map((service) => service.best())
    const best = watched.filter((one) => one !== undefined)
    const [metrics, history] = [{ ...run.results }, [...run.history]]
    const result: FitResult = { stop, metrics, history, best, module }
    Object.defineProperty(result, 'module', { enumerable: false })
    return { result, outcome: outcomeOf(stop) }
  } finally {
    for (const one of Object.values(optimizers)) await parkOptimizer(one, firstId, session.table)
  }
}

async function sanityCheck(run: FitRun): Promise<void> {
  const { validation, state, session } = run
  const { sanityBatches: cap } = session.options
  if (!validation || cap === 0 || session.signal.aborted) return
  state.isSanityCheck = true
  const check = () => evaluate(session, { ...validation, cap, onInterrupted: undefined })
  await run.around('sanity', check, (ended) => ({ outcome: ended?.outcome ?? 'failed' }))
  state.isSanityCheck = false
}

/** Asks a module for its optimizers; an only one has the name `main`. @throws REG_OPTIMIZER_INVALID */
function optimizersOf(module: TrainingModule<unknown>): Record<string, Optimizer> {
  const made: unknown = module.configureOptimizers()
  const named: Record<string, Optimizer> = isOptimizer(made) ? { main: made } : Object(made)
  const isRight = Object.keys(named).length > 0 && Object.values(named).every(isOptimizer)
  if (!isRight) fail('REG_OPTIMIZER_INVALID.made', { found: made })
  for (const one of Object.values(named)) {
    const optimizers = Object.keys(named).filter((name) => named[name] === one)
    if (optimizers.length > 1) fail('REG_OPTIMIZER_INVALID.twice', { optimizers })
  }
  return named
}

/** Checks the data of a fit and tells their sizes. @throws REG_DATA_INVALID, REG_OPTION_INVALID */
function sizesOf(data: FitData<unknown>, { limitBatches }: ResolvedOptions) {
  const splits = Object.keys(Object(data))
  const unknown = splits.find((key) => !SPLITS.includes(key))
  const hint = unknown && suggestion(unknown, SPLITS)
  if (unknown || !splits.includes('train')) fail('REG_DATA_INVALID.fit', { found: data, hint })
  const { train, validation = [] } = data
  namedSource(train, 'data.train')
  const trainBatches = batchesOf(train, limitBatches.train, 'data.train')
  const validationBatches = batchesOf(validation, limitBatches.validation, 'data.validation')
  return { splits, trainBatches, validationBatches }
}

/** Says what a user may not have meant: no limit, or nothing that is ever validated. */
function adviseFit(session: Session, { validation }: FitData<unknown>, size: number | undefined) {
  const { report, given, options, module } = session
  if (isUnlimited(given)) report.warn(say('notice.noLimit'))
  let reason = validation && neverDue(options, size)
  if (!module.validationStep) reason = 'the module has no validationStep'
  if (validation === undefined) reason = 'there are no validation data'
  if (!reason) return
  const text = say('notice.unvalidated', { reason })
  if ((validation ?? given.validateEvery) !== undefined) report.warn(text)
  else if (module.validationStep) report.info(text)
}
