import type { NamedTensorMap, Optimizer, Tensor, Variable } from '@tensorflow/tfjs-core'
import {
  checkNotDisposed,
  disposeAll,
  disposeExcept,
  forEachTensor,
  isTensor,
  isThenable,
  sizeOfBatch,
} from './containers.js'
import { fail, located } from './errors.js'
import type { FitRun } from './fit-run.js'
import { valueAtHand } from './host-memory.js'
import type { AutomaticModule, ManualModule } from './module.js'
import { quote, quoteAll, suggestion } from './nearest.js'
import { alignSlots } from './optimizer-slots.js'
import { at, type Outcome } from './run-state.js'
import { checkedLoss } from './train-step.js'
import { renamed, renamedBack, variablesOf } from './variables.js'

/** batch*, batchStart, the step, batchEnd. Disposes of the batch unless its source owns it. */
export async function trainBatch(run: FitRun, batch: unknown, isOwned: boolean): Promise<void> {
  const { state, hooks, epochLog } = run
  let data = batch
  run.isInBatch = true
  try {
    if (hooks.isTapped('batch')) {
      hooks.monitor.ownedBatch = isOwned ? batch : undefined
      data = await hooks.waterfall('batch', batch, at(state, { stage: run.parts.stage }))
    }
    const samples = weigh(run, data)
    let outcome: Outcome = 'failed'
    epochLog.begin()
    try {
      await hooks.emit('batchStart', at(state, { data }))
      outcome = run.isManual ? await manualStep(run, data) : await automaticStep(run, data)
      epochLog.commit()
    } catch (thrown) {
      run.isInBatch = false
      const metrics = epochLog.step('the failed step')
      await hooks.emitAfterError('batchEnd', at(state, { data, outcome, metrics }))
      epochLog.rollBack()
      throw thrown
    }
    state.batch++
    state.samples += samples
    run.isInBatch = false
    run.isBoundaryPending = true
    const metrics = epochLog.step('this step')
    await hooks.emit('batchEnd', at(state, { data, outcome, metrics }))
    metrics.release()
  } finally {
    run.isInBatch = false
    if (!isOwned) disposeAll(data)
    else if (data !== batch) disposeExcept(data, batch)
  }
}

/** The samples of a batch; the first of the run and of each epoch is looked at closely. */
function weigh(run: FitRun, data: unknown): number {
  const { state, epochLog } = run
  const found = state.samples === 0 ? new Set<number>() : undefined
  const size = sizeOfBatch(data, found)
  epochLog.samples = size
  if (found && found.size > 1) {
    const text = `The batch holds tensors of different first dimensions (${[...found].join(', ')})`
    run.parts.report.warn(`${text}; ${size} is taken as its size. Else give batchSize to ctx.log.`)
  }
  if (state.batch === 0) forEachTensor(data, checkNotDisposed)
  return size ?? 1
}

async function automaticStep(run: FitRun, data: unknown): Promise<Outcome> {
  const { owners, optimizerNames, variables, hooks } = run
  const [main = ''] = optimizerNames
  const optimizer = owners ? quoteAll(optimizerNames) : main
  const loss = () => trainingLoss(run, data, optimizer)
  const step = { data, optimizer, variables, loss }
  const gradients = hooks.sections.run('step', 0, () => run.runner(step))
  if (!owners) return applyGradients(run, gradients, main)
  let outcome: Outcome = 'skipped'
  try {
    for (const name of optimizerNames) {
      const own = Object.entries(gradients).filter(([variable]) => owners.get(variable) === name)
      const applied = await applyGradients(run, Object.fromEntries(own), name)
      if (applied === 'completed') outcome = applied
    }
  } finally {
    disposeAll(gradients)
  }
  return outcome
}

function trainingLoss(run: FitRun, data: unknown, optimizer: string): Tensor {
  const module = run.parts.module as AutomaticModule<unknown>
  const output: unknown = calledStep(run, () => module.trainingStep(data, run.context))
  const hasMetrics = typeof output === 'object' && output !== null && 'loss' in output
  const values = output as Readonly<Record<string, unknown>>
  const loss = hookedLoss(run, hasMetrics ? values.loss : output, 'trainingStep', optimizer)
  run.epochLog.returned('loss', loss)
  if (!hasMetrics) return loss
  for (const name in values) if (name !== 'loss') run.epochLog.returned(name, values[name])
  return loss
}

function hookedLoss(run: FitRun, given: unknown, place: string, optimizer: string): Tensor {
  const { hooks, state } = run
  const loss = checkedLoss(given, place)
  if (!hooks.isTapped('loss')) return loss
  return checkedLoss(hooks.loss(loss, at(state, { optimizer })), 'a tap of "loss"')
}

async function manualStep(run: FitRun, data: unknown): Promise<Outcome> {
  const module = run.parts.module as ManualModule<unknown>
  const before = run.state.step
  type Optimize = Parameters<typeof module.trainingStep>[1]['optimize']
  const optimize: Optimize = (name, loss, options) =>
    optimizeOnce(run, data, name, loss, options?.variables)
  const output: unknown = await calledStep(run, () =>
    run.hooks.sections.run('step', 0, () =>
      module.trainingStep(data, { ...run.context, optimize }),
    ),
  )
  try {
    if (isTensor(output)) {
      const advice = 'With automaticOptimization: false return metrics by name, or nothing'
      fail('REG_STEP_OUTPUT', `trainingStep returned a tensor. ${advice}.`)
    }
    for (const [name, value] of Object.entries(output ?? {})) run.epochLog.returned(name, value)
  } finally {
    forEachTensor(output, (tensor) => tensor.kept || tensor.dispose())
  }
  return run.state.step > before ? 'completed' : 'skipped'
}

async function optimizeOnce(
  run: FitRun,
  data: unknown,
  optimizer: string,
  lossOf: () => Tensor,
  given: readonly Variable[] | undefined,
): Promise<number | undefined> {
  const { optimizerNames, parts } = run
  if (!optimizerNames.includes(optimizer)) {
    const known = `configureOptimizers() made ${quoteAll(optimizerNames)}.`
    const hint = suggestion(optimizer, optimizerNames)
    fail('REG_OPTIMIZER_INVALID', `There is no optimizer ${quote(optimizer)}. ${known}${hint}`)
  }
  let value: number | undefined
  const loss = () => {
    const final = hookedLoss(run, lossOf(), `the loss for ${quote(optimizer)}`, optimizer)
    value = valueAtHand(final)
    if (value !== undefined) run.checkLoss(value)
    return final
  }
  const variables = given ?? variablesOf(optimizer, parts.table)
  const step = { data, optimizer, variables, loss }
  const gradients = run.hooks.sections.run('step', 0, () => run.runner(step))
  await applyGradients(run, gradients, optimizer)
  return value
}

/** gradients*, stepStart, the optimizer, stepEnd. Disposes of the gradients. */
async function applyGradients(run: FitRun, gradients: NamedTensorMap, optimizer: string) {
  const { state, hooks } = run
  let current: NamedTensorMap | null = gradients
  try {
    if (hooks.isTapped('gradients')) current = await hookedGradients(run, gradients, optimizer)
    if (current === null) return 'skipped' as const
    try {
      await hooks.emit('stepStart', at(state, { optimizer }))
      const instance = run.optimizers[optimizer] as Optimizer
      alignSlots(instance, Object.keys(current))
      instance.applyGradients(current)
    } catch (thrown) {
      await hooks.emitAfterError('stepEnd', at(state, { optimizer, outcome: 'failed' }))
      throw located(thrown, 'REG_MODULE_FAILED', `Optimizer ${quote(optimizer)} failed`)
    }
    state.step++
    await hooks.emit('stepEnd', at(state, { optimizer, outcome: 'completed' }))
    return 'completed' as const
  } finally {
    for (const name in current) current[name]?.dispose()
  }
}

async function hookedGradients(run: FitRun, gradients: NamedTensorMap, optimizer: string) {
  const { hooks, state } = run
  const { table } = run.parts
  const named = renamed(gradients, table)
  hooks.monitor.gradients = named
  try {
    const context = at(state, { optimizer, isLastBatch: run.isLastBatch })
    const result = await hooks.waterfall('gradients', named, context)
    return result && renamedBack(result, table)
  } catch (thrown) {
    disposeAll(hooks.monitor.gradients)
    throw thrown
  } finally {
    hooks.monitor.gradients = undefined
  }
}

/** Calls the module's step with a fresh context; what it throws, or rejects with, names the batch. */
function calledStep<Result>(run: FitRun, call: () => Result): Result {
  const { context, state } = run
  const blame = (thrown: unknown): never => {
    const where = `batch ${context.batch + 1} of epoch ${context.epoch + 1}`
    throw located(thrown, 'REG_MODULE_FAILED', `trainingStep failed in ${where}`)
  }
  context.epoch = state.epoch
  context.batch = state.batch
  context.step = state.step
  try {
    const result = call()
    return run.isManual && isThenable(result) ? (result.then(undefined, blame) as Result) : result
  } catch (thrown) {
    return blame(thrown)
  }
}
