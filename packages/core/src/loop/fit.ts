import type { Optimizer } from '@tensorflow/tfjs-core'
import { batchesOf, type FitData, namedSource } from '../data/batch-source.js'
import { fail, say } from '../floor/errors.js'
import { suggestion } from '../floor/near-miss.js'
import type { Made, TrainingModule } from '../module/modules.js'
import { collectSnapshot } from '../run/collect-snapshot.js'
import type { FitResult } from '../run/fit-result.js'
import { FitRun } from '../run/fit-run.js'
import { restoreSnapshot } from '../run/restore-snapshot.js'
import type { CurrentFit, Session } from '../run/session.js'
import { emitSetup, findSnapshot, type StageResult } from '../run/stage.js'
import { isOver } from '../run/stop-rules.js'
import { parkOptimizer, unparkOptimizer } from '../state/optimizer-parking.js'
import { isOptimizer } from '../state/optimizer-slots.js'
import type { OptimizerTraits } from '../state/optimizer-traits.js'
import { isUnlimited, neverDue, type ResolvedOptions } from '../state/options.js'
import { outcomeOf, type StopReason } from '../state/stop-reason.js'
import { nextId } from '../state/tensor-data.js'
import { backwardPass } from './backward-pass.js'
import { fitLoop } from './fit-loop.js'
import { sanityCheck } from './sanity-check.js'

const SPLITS = ['train', 'validation', 'test', 'predict']

/** Emits setup, loads the snapshot, runs the sanity check and the loop. */
export async function fit(
  session: Session,
  made: Made<FitData<unknown>>,
): Promise<StageResult<FitResult>> {
  const { module, options, hooks } = session
  const makeData = typeof made === 'function' ? made : () => made
  const data = await hooks.userCodeWrappers.run('data', 0, makeData)
  const sizes = sizesOf(data, options)
  adviseFit(session, data, sizes.trainBatches)
  const firstId = nextId()
  const optimizers = hooks.userCodeWrappers.run('module', 0, () => optimizersOf(module))
  try {
    for (const optimizer of Object.values<Optimizer & OptimizerTraits>(optimizers)) {
      optimizer.useNames?.(session.table.nameOf)
      await unparkOptimizer(optimizer, session.table)
    }
    const run = newFit(session, data, optimizers, sizes.trainBatches)
    const validationBatches = run.isValidated ? sizes.validationBatches : 0
    // Before `setup`: if there is no such snapshot, no plugin has started anything.
    const snapshot = await findSnapshot(session)
    await emitSetup(session, { ...sizes, data, validationBatches, optimizers })
    if (snapshot) await restoreSnapshot(run, snapshot)
    run.keeper.open()
    if (!isOver(run)) await recordConfiguration(session)
    if (!snapshot) await sanityCheck(run)
    const stop = await fitLoop(run)
    run.keeper.end()
    return { result: resultOf(run, stop), outcome: outcomeOf(stop) }
  } finally {
    for (const optimizer of Object.values(optimizers))
      await parkOptimizer(optimizer, firstId, session.table)
  }
}

/** Records the hyperparameters and the configuration, as far as there are any. */
async function recordConfiguration(session: Session): Promise<void> {
  const { module, hparams, config } = session
  if (hparams ?? module.hparams) {
    const values = { ...hparams, ...module.hparams }
    await session.record({ kind: 'hyperparameters', values })
  }
  if (config === undefined) return
  const text = `${JSON.stringify(config, undefined, 2)}\n`
  await session.record({ kind: 'text', name: 'config.json', text })
}

/** Begins a fit and makes it the session's current one. @throws REG_OPTION_INVALID */
function newFit(
  session: Session,
  data: FitData<unknown>,
  optimizers: Readonly<Record<string, Optimizer>>,
  trainBatches: number | undefined,
): FitRun {
  const runner = session.host.wrapped(backwardPass)
  const run = new FitRun({ session, data, optimizers, trainBatches, runner })
  session.fit = currentFit(run)
  for (const { schedule } of session.host.schedules) schedule.restore()
  // If a function makes the loaders, their size is known only with the first one.
  if (typeof data.train !== 'function') run.schedules.checkShares()
  return run
}

const currentFit = (run: FitRun): CurrentFit => ({
  clock: run.schedules.clock,
  get trainBatches() {
    return run.trainBatches
  },
  get phase() {
    return run.phase
  },
  snapshot: () => collectSnapshot(run),
  weightsReplaced({ byName }, stage) {
    const isOfFit = Object.values(byName).some((variable) =>
      run.variables.includes(variable),
    )
    if (isOfFit) run.keeper.refuse(() => fail('REG_NOT_RUNNING.replaced', { stage }))
  },
  close: () => run.close(),
})

function resultOf({ session, results, history }: FitRun, stop: StopReason): FitResult {
  const watched = session.host.services('bestValue').map((service) => service.best())
  const result: FitResult = {
    stop,
    metrics: { ...results },
    history: [...history],
    best: watched.filter((value) => value !== undefined),
    module: session.module,
  }
  return Object.defineProperty(result, 'module', { enumerable: false })
}

/** The optimizers of a module by name; a single one is called `main`. @throws REG_OPTIMIZER_INVALID */
function optimizersOf(module: TrainingModule<unknown>): Record<string, Optimizer> {
  const made: unknown = module.configureOptimizers()
  const byName: Record<string, Optimizer> = isOptimizer(made)
    ? { main: made }
    : Object(made)
  const names = Object.keys(byName)
  const isValid = names.length > 0 && Object.values(byName).every(isOptimizer)
  if (!isValid) fail('REG_OPTIMIZER_INVALID.made', { found: made })
  for (const optimizer of Object.values(byName)) {
    const optimizers = names.filter((name) => byName[name] === optimizer)
    if (optimizers.length > 1) fail('REG_OPTIMIZER_INVALID.twice', { optimizers })
  }
  return byName
}

/** Checks a fit's data. @returns their sizes. @throws REG_DATA_INVALID, REG_OPTION_INVALID */
function sizesOf(data: FitData<unknown>, { limitBatches }: ResolvedOptions) {
  const splits = Object.keys(Object(data))
  const unknown = splits.find((key) => !SPLITS.includes(key))
  const hint = unknown ? suggestion(unknown, SPLITS) : ''
  if (unknown || !splits.includes('train'))
    fail('REG_DATA_INVALID.fit', { found: data, hint })
  const { train, validation = [] } = data
  namedSource(train, 'data.train')
  const trainBatches = batchesOf(train, limitBatches.train, 'data.train')
  const validationBatches = batchesOf(
    validation,
    limitBatches.validation,
    'data.validation',
  )
  return { splits, trainBatches, validationBatches }
}

/** Reports what the user may not have intended: no limit, or a validation that never runs. */
function adviseFit(
  session: Session,
  { validation }: FitData<unknown>,
  size: number | undefined,
) {
  const { report, configured, options, module } = session
  if (isUnlimited(configured)) report.warn(say('notice.noLimit'))
  let reason = validation && neverDue(options, size)
  if (!module.validationStep) reason = 'the module has no validationStep'
  if (validation === undefined) reason = 'there are no validation data'
  if (!reason) return
  const text = say('notice.unvalidated', { reason })
  if ((validation ?? configured.validateEvery) !== undefined) report.warn(text)
  else if (module.validationStep) report.info(text)
}
