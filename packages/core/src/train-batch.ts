import type { NamedTensorMap, Optimizer, Tensor, Variable } from '@tensorflow/tfjs-core'
import {
  checkNotDisposed,
  disposeAll,
  disposeExcept,
  forEachTensor,
  isTensor,
  sizeOfBatch,
  sizesIn,
} from './containers.js'
import { fail, located, quote, quoteAll, say, suggestion } from './errors.js'
import type { FitRun } from './fit-run.js'
import { valueAtHand } from './host-memory.js'
import type { AutomaticModule, ManualModule, ManualStepContext } from './module.js'
import { alignSlots } from './optimizer-slots.js'
import { at, type Outcome } from './run-state.js'
import { checkedLoss, type StepInput } from './train-step.js'
import { renamed, renamedBack, variablesOf } from './variables.js'

/** batch*, batchStart, the step, batchEnd. Disposes of the batch unless its source owns it. */
export async function trainBatch(run: FitRun, batch: unknown, isOwned: boolean): Promise<void> {
  const { state, hooks, epochLog, context } = run
  let data = batch
  run.isInBatch = true
  try {
    if (hooks.isTapped('batch')) {
      const context = at(state, { stage: run.session.stage })
      data = await hooks.waterfall('batch', batch, context, isOwned ? batch : undefined)
    }
    const samples = weigh(run, data)
    let outcome: Outcome = 'failed'
    epochLog.begin()
    try {
      await hooks.emit('batchStart', at(state, { data }))
      context.epoch = state.epoch
      context.batch = state.batch
      context.step = state.step
      outcome = await (run.isManual ? manualStep(run, data) : automaticStep(run, data))
      epochLog.commit()
    } catch (thrown) {
      run.isInBatch = false
      const metrics = epochLog.step('the failed step')
      await hooks.emitAfterError('batchEnd', at(state, { data, outcome, metrics }))
      epochLog.rollBack()
      const where = `batch ${state.batch + 1} of epoch ${state.epoch + 1}`
      throw located(thrown, 'REG_MODULE_FAILED', `trainingStep failed in ${where}`)
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
  const { state, epochLog, session } = run
  const sizes = sizesIn(data)
  const size = sizeOfBatch(data, sizes)
  epochLog.samples = size
  const different = state.samples === 0 ? new Set(sizes) : sizes
  if (different instanceof Set && different.size > 1)
    session.report.warn(say('notice.sizes', { sizes: [...different].join(', '), size }))
  if (state.batch === 0) forEachTensor(data, checkNotDisposed)
  return size ?? 1
}

async function automaticStep(run: FitRun, data: unknown): Promise<Outcome> {
  const { owners, optimizerNames, variables } = run
  const [main = ''] = optimizerNames
  const optimizer = owners ? quoteAll(optimizerNames) : main
  const loss = () => trainingLoss(run, data, optimizer)
  const gradients = gradientsOf(run, { data, optimizer, variables, loss })
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
  const module = run.session.module as AutomaticModule<unknown>
  const output: unknown = module.trainingStep(data, run.context)
  const hasMetrics = typeof output === 'object' && output !== null && 'loss' in output
  const loss = hookedLoss(run, hasMetrics ? output.loss : output, 'trainingStep', optimizer)
  run.epochLog.returned('loss', loss)
  const values = (hasMetrics ? output : {}) as Readonly<Record<string, unknown>>
  for (const name in values) if (name !== 'loss') run.epochLog.returned(name, values[name])
  return loss
}

function hookedLoss({ hooks, state }: FitRun, given: unknown, place: string, optimizer: string) {
  const loss = checkedLoss(given, place)
  if (!hooks.isTapped('loss')) return loss
  return checkedLoss(hooks.loss(loss, at(state, { optimizer })), 'a tap of "loss"')
}

const gradientsOf = (run: FitRun, step: StepInput): NamedTensorMap =>
  run.hooks.sections.run('step', 0, () => run.runner(step))

async function manualStep(run: FitRun, data: unknown): Promise<Outcome> {
  const module = run.session.module as ManualModule<unknown>
  const before = run.state.step
  const context: ManualStepContext = {
    ...run.context,
    optimize: (name, loss, options) => optimizeOnce(run, data, name, loss, options?.variables),
  }
  const call = () => module.trainingStep(data, context)
  const output: unknown = await run.hooks.sections.run('step', 0, call)
  try {
    if (isTensor(output)) fail('REG_STEP_OUTPUT.manual')
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
  const { optimizerNames: names, session } = run
  if (!names.includes(optimizer)) {
    const hint = suggestion(optimizer, names)
    fail('REG_OPTIMIZER_INVALID.unknown', { name: optimizer, names, hint })
  }
  let value: number | undefined
  const loss = () => {
    const final = hookedLoss(run, lossOf(), `the loss for ${quote(optimizer)}`, optimizer)
    value = valueAtHand(final)
    if (value !== undefined) run.checkLoss(value)
    return final
  }
  const variables = given ?? variablesOf(optimizer, session.table)
  await applyGradients(run, gradientsOf(run, { data, optimizer, variables, loss }), optimizer)
  return value
}

/** gradients*, stepStart, the optimizer, stepEnd. Disposes of the gradients. */
async function applyGradients(run: FitRun, gradients: NamedTensorMap, optimizer: string) {
  const { state, hooks, isLastBatch } = run
  const { table } = run.session
  let current: NamedTensorMap | null = gradients
  try {
    if (hooks.isTapped('gradients')) {
      const context = at(state, { optimizer, isLastBatch })
      current = await hooks.waterfall('gradients', renamed(gradients, table), context)
      current = current && renamedBack(current, table)
    }
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
    disposeAll(current)
  }
}
