import { disposeAll, forEachTensor, isTensor } from '../data/containers.js'
import { fail, located } from '../floor/errors.js'
import { suggestion } from '../floor/near-miss.js'
import { quote, quoteAll } from '../floor/quote.js'
import type {
  AutomaticModule,
  ManualModule,
  ManualStepContext,
} from '../module/modules.js'
import type { FitRun } from '../run/fit-run.js'
import { variablesOf } from '../state/optimizer-owners.js'
import { withCounters } from '../state/run-state.js'
import { optimize, tappedLoss } from './optimizer-step.js'

/** batch, batchStart, the step, batchEnd. Disposes of the batch unless its source owns it. */
export async function trainBatch(
  run: FitRun,
  batch: unknown,
  isOwned: boolean,
): Promise<void> {
  const { state, hooks, epochLog, session, keeper } = run
  let data = batch
  keeper.beginBatch()
  run.stepBeforeBatch = state.step
  try {
    if (hooks.isTapped('batch')) {
      const payload = withCounters(state, { stage: session.stage })
      data = await session.withoutLog(() => hooks.waterfall('batch', batch, payload))
    }
    epochLog.begin(data, state.samples === 0 ? session.report.warn : undefined)

    try {
      await hooks.emit('batchStart', withCounters(state, { data }))
      await takeStep(run, data)
      epochLog.commit()
    } catch (thrown) {
      throw await failBatch(run, data, thrown)
    }

    state.batch++
    state.samples += epochLog.samples ?? 1
    run.phase = 'afterBatch'
    const outcome = state.step > run.stepBeforeBatch ? 'completed' : 'skipped'
    const metrics = epochLog.step('this step')
    keeper.beginHook('batchEnd')
    await hooks.emit('batchEnd', withCounters(state, { data, outcome, metrics }))
    keeper.endHook()
    metrics.isReleased = true
  } finally {
    const kept = isOwned ? batch : undefined
    if (data !== kept) disposeAll(data === batch ? data : [batch, data], kept)
  }
}

function takeStep(run: FitRun, data: unknown): Promise<void> {
  const { state, context } = run
  context.epoch = state.epoch
  context.batch = state.batch
  context.step = state.step
  return run.isManual ? manualStep(run, data) : automaticStep(run, data)
}

/** Ends a failed batch: emits batchEnd and discards its metrics. @returns the error with its place */
async function failBatch(run: FitRun, data: unknown, thrown: unknown): Promise<unknown> {
  const { state, hooks, epochLog, keeper } = run
  const place = `batch ${state.batch + 1} of epoch ${state.epoch + 1}`
  const error = located(thrown, 'REG_MODULE_FAILED', `trainingStep failed in ${place}`)
  await keeper.holdAfterError(error)
  const metrics = epochLog.step('the failed step')
  const payload = withCounters(state, { data, outcome: 'failed' as const, metrics })
  await hooks.emitAfterError('batchEnd', payload)
  epochLog.rollBack()
  return error
}

/** One loss for all optimizers; each steps with the gradients of the variables that it owns. */
function automaticStep(run: FitRun, data: unknown): Promise<void> {
  const { owners, optimizerNames: names, variables, session, context, reports } = run
  const module = session.module as AutomaticModule<unknown>
  const optimizer = owners ? quoteAll(names) : (names[0] ?? '')
  const lossOfBatch = () => {
    const output: unknown = module.trainingStep(data, context)
    const hasMetrics = typeof output === 'object' && output !== null && 'loss' in output
    const values: Readonly<Record<string, unknown>> = hasMetrics
      ? Object(output)
      : { loss: output }
    const loss = tappedLoss(run, values.loss, 'trainingStep', optimizer)
    for (const name in values)
      reports.returned(name, name === 'loss' ? loss : values[name])
    return loss
  }
  return optimize(run, { data, optimizer, variables, loss: lossOfBatch, reports }, names)
}

/** The module steps its optimizers itself, with `context.optimize`. */
async function manualStep(run: FitRun, data: unknown): Promise<void> {
  const { session, context, epochLog, hooks } = run
  const module = session.module as ManualModule<unknown>
  const optimizeByName = manualOptimize(run, data)
  const step = () => module.trainingStep(data, { ...context, optimize: optimizeByName })
  const output: unknown = await hooks.userCodeWrappers.run('step', 0, step)
  try {
    if (isTensor(output)) fail('REG_STEP_OUTPUT.manual')
    for (const [name, value] of Object.entries(output ?? {}))
      epochLog.returned(name, value)
  } finally {
    forEachTensor(output, (tensor) => tensor.kept || tensor.dispose())
  }
}

/** The `context.optimize` of a batch. */
function manualOptimize(run: FitRun, data: unknown): ManualStepContext['optimize'] {
  const { optimizerNames: optimizers, table, reports } = run
  return async (optimizer, lossOf, options) => {
    if (!optimizers.includes(optimizer)) {
      const hint = suggestion(optimizer, optimizers)
      fail('REG_OPTIMIZER_INVALID.unknown', { optimizer, optimizers, hint })
    }
    const loss = () => {
      const final = tappedLoss(
        run,
        lossOf(),
        `the loss for ${quote(optimizer)}`,
        optimizer,
      )
      reports.loss(final)
      return final
    }
    const variables = options?.variables ?? variablesOf(optimizer, table, optimizers)
    await optimize(run, { data, optimizer, variables, loss, reports }, [optimizer])
    return reports.lossValue
  }
}
