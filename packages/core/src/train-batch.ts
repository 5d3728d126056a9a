import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core'
import { inspectBatch, sizeOfBatch } from './batch-size.js'
import { disposeAll, forEachTensor, isTensor } from './containers.js'
import { located, RegimenError } from './errors.js'
import type { FitRun } from './fit-run.js'
import { valueAtHand } from './host-memory.js'
import type { AutomaticModule, ManualModule, ManualStepContext } from './module.js'
import { quote, quoteAll, suggestion } from './nearest.js'
import type { MutableStepContext } from './step-context.js'
import type { Outcome } from './stop.js'
import { checkedLoss } from './train-step.js'
import { renamed, renamedBack, variablesOf } from './variables.js'

/** Trains on one batch: batch*, batchStart, the step, batchEnd. Disposes of the batch unless its source owns it. */
export async function trainBatch(run: FitRun, batch: unknown, isOwned: boolean): Promise<void> {
  const { state } = run
  let data = batch
  try {
    run.isInBatch = true
    data = await replacedBatch(run, batch, isOwned)
    const samples = weigh(run, data)
    run.log.beginStep()
    const { epoch, validations } = state
    await run.emit('batchStart', {
      epoch,
      batch: state.batch,
      step: state.step,
      samples: state.samples,
      validations,
      data,
    })
    let outcome: Outcome
    try {
      outcome = run.isManual ? await manualStep(run, data) : await automaticStep(run, data)
    } catch (thrown) {
      run.isInBatch = false
      await endBatch(run, data, 'failed', true)
      throw thrown
    }
    state.batch++
    state.samples += samples
    run.isInBatch = false
    run.isBoundaryPending = true
    await endBatch(run, data, outcome, false)
  } finally {
    run.isInBatch = false
    if (!isOwned) disposeAll(data)
  }
}

// Payloads are explicit literals: an object spread here costs several microseconds per step.
async function endBatch(run: FitRun, data: unknown, outcome: Outcome, isAfterError: boolean) {
  const { epoch, batch, step, samples, validations } = run.state
  const metrics = run.log.step(isAfterError ? 'the failed step' : 'this step')
  try {
    const payload = { epoch, batch, step, samples, validations, data, outcome, metrics }
    await (isAfterError ? run.emitAfterError('batchEnd', payload) : run.emit('batchEnd', payload))
  } finally {
    metrics.release()
  }
}

async function replacedBatch(run: FitRun, batch: unknown, isOwned: boolean): Promise<unknown> {
  if (!run.hooks.isTapped('batch')) return batch
  run.monitor.areBatchesOwned = isOwned
  const { epoch, batch: index, step, samples, validations } = run.state
  const context = { stage: run.stage, epoch, batch: index, step, samples, validations }
  return run.hooks.waterfall('batch', batch, context)
}

function weigh(run: FitRun, data: unknown): number {
  let size = sizeOfBatch(data)
  if (run.state.step === 0 && run.state.batch === 0) {
    const found = inspectBatch(data)
    size = found.size
    if (found.ambiguous.length > 0) {
      run.report.warn(
        `The batch holds tensors of different first dimensions (${found.ambiguous.join(', ')}); ${size} is taken as its size. Give batchSize to ctx.log where that is wrong.`,
      )
    }
    forEachTensor(data, checkNotDisposed)
  }
  run.book.weigh(size)
  return size ?? 1
}

function checkNotDisposed(tensor: Tensor): void {
  if (!tensor.isDisposed) return
  throw new RegimenError(
    'REG_BATCH_DISPOSED',
    'A training batch holds a tensor that is already disposed of. The trainer disposes of the tensors of each batch; a source that gives the same ones again must say so with ownsBatches: true.',
  )
}

async function automaticStep(run: FitRun, data: unknown): Promise<Outcome> {
  const module = run.module as AutomaticModule<unknown>
  const optimizer = run.owners ? 'all' : (run.optimizerNames[0] as string)
  const gradients = run.runner({
    data,
    optimizer,
    variables: run.variables,
    loss: () => trainingLoss(run, module, data, optimizer),
  })
  if (!run.owners) return applyGradients(run, gradients, optimizer)
  let outcome: Outcome = 'skipped'
  const parts = run.optimizerNames.map((name) => [name, {} as NamedTensorMap] as const)
  const byOptimizer = new Map(parts)
  for (const name in gradients) {
    const owner = byOptimizer.get(run.owners.get(name) ?? '') as NamedTensorMap
    owner[name] = gradients[name] as Tensor
  }
  try {
    for (const [name, part] of parts) {
      if ((await applyGradients(run, part, name)) === 'completed') outcome = 'completed'
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
  const output: unknown = callTrainingStep(run, () => module.trainingStep(data, stepContext(run)))
  const isLossOnly =
    isTensor(output) || typeof output !== 'object' || output === null || 'then' in output
  const values = output as Readonly<Record<string, unknown>>
  const loss = hookedLoss(
    run,
    checkedLoss(isLossOnly ? output : values.loss, 'trainingStep'),
    optimizer,
  )
  run.book.returned('loss', loss)
  if (!isLossOnly) {
    for (const name in values) if (name !== 'loss') run.book.returned(name, values[name])
  }
  return loss
}

function hookedLoss(run: FitRun, loss: Tensor, optimizer: string): Tensor {
  if (!run.hooks.isTapped('loss')) return loss
  const { epoch, batch, step, samples, validations } = run.state
  const context = { epoch, batch, step, samples, validations, optimizer }
  return checkedLoss(run.hooks.loss(loss, context), 'a tap of "loss"')
}

async function manualStep(run: FitRun, data: unknown): Promise<Outcome> {
  const module = run.module as ManualModule<unknown>
  const before = run.state.step
  const context = stepContext(run) as MutableStepContext & ManualStepContext
  context.optimize = (name, loss, options) =>
    optimizeOnce(run, data, name, loss, options?.variables)
  const output: unknown = await callTrainingStep(run, () => module.trainingStep(data, context))
  if (isTensor(output)) {
    throw new RegimenError(
      'REG_STEP_OUTPUT',
      'trainingStep returned a tensor, but with automaticOptimization: false nothing is done with it. Return metrics by name, or nothing.',
    )
  }
  if (typeof output === 'object' && output !== null) {
    for (const [name, value] of Object.entries(output)) {
      run.book.returned(name, value)
      if (isTensor(value) && !value.kept) value.dispose()
    }
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
  if (!(optimizer in run.optimizers)) {
    throw new RegimenError(
      'REG_OPTIMIZER_INVALID',
      `There is no optimizer ${quote(optimizer)}.${suggestion(optimizer, run.optimizerNames)} configureOptimizers() made ${quoteAll(run.optimizerNames)}.`,
    )
  }
  let value: number | undefined
  const gradients = run.runner({
    data,
    optimizer,
    variables: variablesOf(optimizer, run.table, given),
    loss: () => {
      const loss = hookedLoss(
        run,
        checkedLoss(lossOf(), `the loss for ${quote(optimizer)}`),
        optimizer,
      )
      value = valueAtHand(loss)
      if (value !== undefined) run.checkLoss(value)
      return loss
    },
  })
  await applyGradients(run, gradients, optimizer)
  return value
}

/** gradients*, stepStart, the optimizer, stepEnd. Disposes of the gradients. */
async function applyGradients(
  run: FitRun,
  gradients: NamedTensorMap,
  optimizerName: string,
): Promise<'completed' | 'skipped'> {
  let current: NamedTensorMap | null = gradients
  try {
    if (run.hooks.isTapped('gradients')) {
      current = await hookedGradients(run, gradients, optimizerName)
      if (current === null) return 'skipped'
    }
    const optimizer = run.optimizers[optimizerName] as FitRun['optimizers'][string]
    const { epoch, batch, samples, validations } = run.state
    const before = {
      epoch,
      batch,
      step: run.state.step,
      samples,
      validations,
      optimizer: optimizerName,
    }
    await run.emit('stepStart', before)
    let outcome: Outcome = 'failed'
    try {
      run.slotOrders.get(optimizerName)?.align(optimizer, Object.keys(current))
      optimizer.applyGradients(current)
      run.state.step++
      outcome = 'completed'
    } catch (thrown) {
      await run.emitAfterError('stepEnd', { ...before, outcome })
      throw located(thrown, 'REG_MODULE_FAILED', `Optimizer ${quote(optimizerName)} failed`)
    }
    const { step } = run.state
    await run.emit('stepEnd', {
      epoch,
      batch,
      step,
      samples,
      validations,
      optimizer: optimizerName,
      outcome,
    })
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
  const { epoch, batch, step, samples, validations } = run.state
  const context = { epoch, batch, step, samples, validations, optimizer }
  const named = renamed(gradients, run.table)
  run.monitor.gradients = named
  try {
    const result = await run.hooks.waterfall('gradients', named, context)
    return result === null ? null : renamedBack(result, run.table)
  } catch (thrown) {
    disposeAll(run.monitor.gradients)
    throw thrown
  } finally {
    run.monitor.gradients = undefined
  }
}

function callTrainingStep<Result>(run: FitRun, call: () => Result): Result {
  try {
    return call()
  } catch (thrown) {
    const { epoch, batch } = run.state
    throw located(
      thrown,
      'REG_MODULE_FAILED',
      `trainingStep failed in batch ${batch + 1} of epoch ${epoch + 1}`,
    )
  }
}

function stepContext(run: FitRun): MutableStepContext {
  const { context, state } = run
  context.epoch = state.epoch
  context.batch = state.batch
  context.step = state.step
  return context
}
