import type { NamedTensorMap, Optimizer, Tensor, Variable } from '@tensorflow/tfjs-core'
import { sizeOfBatch } from './batch-size.js'
import { disposeAll, disposeExcept, forEachTensor, isTensor, isThenable } from './containers.js'
import { located, RegimenError } from './errors.js'
import type { FitRun } from './fit-run.js'
import { valueAtHand } from './host-memory.js'
import type { AutomaticModule, ManualModule } from './module.js'
import { quote, quoteAll, suggestion } from './nearest.js'
import { at } from './run-state.js'
import type { Outcome } from './stop.js'
import { checkedLoss } from './train-step.js'
import { renamed, renamedBack, variablesOf } from './variables.js'

/** batch*, batchStart, the step, batchEnd. Disposes of the batch unless its source owns it. */
export async function trainBatch(run: FitRun, batch: unknown, isOwned: boolean): Promise<void> {
  const { state, epochLog } = run
  let data = batch
  run.isInBatch = true
  try {
    if (run.hooks.isTapped('batch')) {
      run.parts.monitor.ownedBatch = isOwned ? batch : undefined
      data = await run.hooks.waterfall('batch', batch, at(state, { stage: run.parts.stage }))
    }
    const samples = weigh(run, data)
    epochLog.stamp++
    await run.emit('batchStart', at(state, { data }))
    let outcome: Outcome = 'failed'
    try {
      outcome = run.isManual ? await manualStep(run, data) : await automaticStep(run, data)
    } catch (thrown) {
      run.isInBatch = false
      const metrics = epochLog.step('the failed step')
      await run.emitAfterError('batchEnd', at(state, { data, outcome, metrics }))
      throw thrown
    }
    state.batch++
    state.samples += samples
    run.isInBatch = false
    run.isBoundaryPending = true
    const metrics = epochLog.step('this step')
    await run.emit('batchEnd', at(state, { data, outcome, metrics }))
    metrics.release()
  } finally {
    run.isInBatch = false
    if (!isOwned) disposeAll(data)
    else if (data !== batch) disposeExcept(data, batch)
  }
}

function weigh(run: FitRun, data: unknown): number {
  const isFirst = run.state.samples === 0
  const found = isFirst ? new Set<number>() : undefined
  const size = sizeOfBatch(data, found)
  run.epochLog.samples = size
  if (found && found.size > 1) {
    const sizes = `(${[...found].join(', ')}); ${size} is taken as its size`
    const advice = 'Give batchSize to ctx.log where that is wrong.'
    run.parts.report.warn(
      `The batch holds tensors of different first dimensions ${sizes}. ${advice}`,
    )
  }
  if (isFirst || run.state.batch === 0) forEachTensor(data, checkNotDisposed)
  return size ?? 1
}

function checkNotDisposed(tensor: Tensor): void {
  if (!tensor.isDisposed) return
  const what =
    'A batch holds a tensor that is disposed of. The trainer disposes of each batch after use'
  const advice = 'a source that gives the same tensors again must say so with ownsBatches: true'
  throw new RegimenError('REG_BATCH_DISPOSED', `${what}; ${advice}.`)
}

async function automaticStep(run: FitRun, data: unknown): Promise<Outcome> {
  const module = run.parts.module as AutomaticModule<unknown>
  const [main = ''] = run.optimizerNames
  const optimizer = run.owners ? quoteAll(run.optimizerNames) : main
  const loss = () => trainingLoss(run, module, data, optimizer)
  const gradients = run.fit.runner({ data, optimizer, variables: run.variables, loss })
  if (!run.owners) return applyGradients(run, gradients, main)
  let outcome: Outcome = 'skipped'
  try {
    for (const name of run.optimizerNames) {
      const own = Object.entries(gradients).filter(
        ([variable]) => run.owners?.get(variable) === name,
      )
      if ((await applyGradients(run, Object.fromEntries(own), name)) === 'completed') {
        outcome = 'completed'
      }
    }
  } finally {
    disposeAll(gradients)
  }
  return outcome
}

function trainingLoss(
  run: FitRun,
  module: AutomaticModule<unknown>,
  data: unknown,
  optimizer: string,
): Tensor {
  const output: unknown = calledStep(run, (context) => module.trainingStep(data, context))
  const hasMetrics = typeof output === 'object' && output !== null && 'loss' in output
  const values = output as Readonly<Record<string, unknown>>
  const own = checkedLoss(hasMetrics ? values.loss : output, 'trainingStep')
  const loss = hookedLoss(run, own, optimizer)
  run.epochLog.returned('loss', loss)
  if (hasMetrics) {
    for (const name in values) if (name !== 'loss') run.epochLog.returned(name, values[name])
  }
  return loss
}

function hookedLoss(run: FitRun, loss: Tensor, optimizer: string): Tensor {
  if (!run.hooks.isTapped('loss')) return loss
  return checkedLoss(run.hooks.loss(loss, at(run.state, { optimizer })), 'a tap of "loss"')
}

async function manualStep(run: FitRun, data: unknown): Promise<Outcome> {
  const module = run.parts.module as ManualModule<unknown>
  const before = run.state.step
  const output: unknown = await calledStep(run, (context) =>
    module.trainingStep(data, {
      ...context,
      optimize: (name, loss, options) => optimizeOnce(run, data, name, loss, options?.variables),
    }),
  )
  if (isTensor(output)) {
    const advice = 'With automaticOptimization: false return metrics by name, or nothing'
    throw new RegimenError('REG_STEP_OUTPUT', `trainingStep returned a tensor. ${advice}.`)
  }
  for (const [name, value] of Object.entries(output ?? {})) {
    run.epochLog.returned(name, value)
    if (isTensor(value) && !value.kept) value.dispose()
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
  if (!run.optimizerNames.includes(optimizer)) {
    const known = `configureOptimizers() made ${quoteAll(run.optimizerNames)}.`
    const text = `There is no optimizer ${quote(optimizer)}. ${known}`
    const hint = suggestion(optimizer, run.optimizerNames)
    throw new RegimenError('REG_OPTIMIZER_INVALID', text + hint)
  }
  let value: number | undefined
  const loss = () => {
    const own = checkedLoss(lossOf(), `the loss for ${quote(optimizer)}`)
    const final = hookedLoss(run, own, optimizer)
    value = valueAtHand(final)
    if (value !== undefined) run.checkLoss(value)
    return final
  }
  const variables = variablesOf(optimizer, run.parts.table, given)
  await applyGradients(run, run.fit.runner({ data, optimizer, variables, loss }), optimizer)
  return value
}

/** gradients*, stepStart, the optimizer, stepEnd. Disposes of the gradients. */
async function applyGradients(
  run: FitRun,
  gradients: NamedTensorMap,
  optimizer: string,
): Promise<'completed' | 'skipped'> {
  const { state } = run
  let current: NamedTensorMap | null = gradients
  try {
    if (run.hooks.isTapped('gradients')) {
      current = await hookedGradients(run, gradients, optimizer)
      if (current === null) return 'skipped'
    }
    await run.emit('stepStart', at(state, { optimizer }))
    try {
      const instance = run.fit.optimizers[optimizer] as Optimizer
      run.slotOrders.get(optimizer)?.align(instance, Object.keys(current))
      instance.applyGradients(current)
    } catch (thrown) {
      await run.emitAfterError('stepEnd', at(state, { optimizer, outcome: 'failed' }))
      throw located(thrown, 'REG_MODULE_FAILED', `Optimizer ${quote(optimizer)} failed`)
    }
    state.step++
    await run.emit('stepEnd', at(state, { optimizer, outcome: 'completed' }))
    return 'completed'
  } finally {
    disposeAll(current)
  }
}

async function hookedGradients(
  run: FitRun,
  gradients: NamedTensorMap,
  optimizer: string,
): Promise<NamedTensorMap | null> {
  const { monitor, table } = run.parts
  const named = renamed(gradients, table)
  monitor.gradients = named
  try {
    const result = await run.hooks.waterfall('gradients', named, at(run.state, { optimizer }))
    return result && renamedBack(result, table)
  } catch (thrown) {
    disposeAll(monitor.gradients)
    throw thrown
  } finally {
    monitor.gradients = undefined
  }
}

function calledStep<Result>(run: FitRun, call: (context: FitRun['context']) => Result): Result {
  const { context, state } = run
  const place = () => `trainingStep failed in batch ${state.batch + 1} of epoch ${state.epoch + 1}`
  const blame = (thrown: unknown): never => {
    throw located(thrown, 'REG_MODULE_FAILED', place())
  }
  context.epoch = state.epoch
  context.batch = state.batch
  context.step = state.step
  try {
    const result = call(context)
    return run.isManual && isThenable(result) ? (result.then(undefined, blame) as Result) : result
  } catch (thrown) {
    return blame(thrown)
  }
}
