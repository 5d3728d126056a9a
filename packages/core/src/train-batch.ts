import type { NamedTensorMap, Optimizer } from '@tensorflow/tfjs-core'
import { disposeAll, forEachTensor, isTensor, sizeOfBatch, valueAtHand } from './containers.js'
import { fail, located, quote, quoteAll, suggestion } from './errors.js'
import type { FitRun } from './fit-run.js'
import type { AutomaticModule, ManualModule, ManualStepContext } from './module.js'
import { alignSlots } from './optimizer-slots.js'
import { at } from './run-state.js'
import { checkedLoss, type StepInput } from './train-step.js'
import { renamed, renamedBack, variablesOf } from './variables.js'

/** batch*, batchStart, the step, batchEnd. Disposes of the batch unless its source owns it. */
export async function trainBatch(run: FitRun, batch: unknown, isOwned: boolean): Promise<void> {
  const { state, hooks, epochLog, session } = run
  const kept = isOwned ? batch : undefined
  let data = batch
  run.isInBatch = true
  try {
    if (hooks.isTapped('batch'))
      data = await hooks.waterfall('batch', batch, at(state, { stage: session.stage }), kept)
    epochLog.samples = sizeOfBatch(data, state.samples === 0 ? session.report.warn : undefined)
    const { step } = state
    epochLog.begin()
    try {
      await hooks.emit('batchStart', at(state, { data }))
      at(state, run.context)
      await (run.isManual ? manualStep(run, data) : automaticStep(run, data))
      epochLog.commit()
    } catch (thrown) {
      run.isInBatch = false
      const metrics = epochLog.step('the failed step')
      await hooks.emitAfterError('batchEnd', at(state, { data, outcome: 'failed', metrics }))
      epochLog.rollBack()
      const where = `batch ${state.batch + 1} of epoch ${state.epoch + 1}`
      throw located(thrown, 'REG_MODULE_FAILED', `trainingStep failed in ${where}`)
    }
    state.batch++
    state.samples += epochLog.samples ?? 1
    run.isInBatch = false
    run.isBoundaryPending = true
    const outcome = state.step > step ? 'completed' : 'skipped'
    const metrics = epochLog.step('this step')
    await hooks.emit('batchEnd', at(state, { data, outcome, metrics }))
    metrics.isReleased = true
  } finally {
    run.isInBatch = false
    if (data !== kept) disposeAll(data, kept)
  }
}

/** One loss for all optimizers; each takes a step with the gradients of its own variables. */
function automaticStep(run: FitRun, data: unknown): Promise<void> {
  const { owners, optimizerNames: names, variables, session, context, epochLog } = run
  const module = session.module as AutomaticModule<unknown>
  const optimizer = owners ? quoteAll(names) : (names[0] ?? '')
  const lossOf = () => {
    const output: unknown = module.trainingStep(data, context)
    const hasMetrics = typeof output === 'object' && output !== null && 'loss' in output
    const values: Readonly<Record<string, unknown>> = hasMetrics ? Object(output) : { loss: output }
    const loss = hookedLoss(run, values.loss, 'trainingStep', optimizer)
    for (const name in values) epochLog.returned(name, name === 'loss' ? loss : values[name])
    return loss
  }
  return optimize(run, { data, optimizer, variables, loss: lossOf }, names)
}

async function manualStep(run: FitRun, data: unknown): Promise<void> {
  const { optimizerNames: names, session, context } = run
  const module = session.module as ManualModule<unknown>
  const optimizeOne: ManualStepContext['optimize'] = async (name, lossOf, options) => {
    if (!names.includes(name))
      fail('REG_OPTIMIZER_INVALID.unknown', { name, names, hint: suggestion(name, names) })
    let value: number | undefined
    const loss = () => {
      const final = hookedLoss(run, lossOf(), `the loss for ${quote(name)}`, name)
      value = valueAtHand(final)
      if (value !== undefined) run.checkLoss(value)
      return final
    }
    const variables = options?.variables ?? variablesOf(name, session.table)
    await optimize(run, { data, optimizer: name, variables, loss }, [name])
    return value
  }
  const call = () => module.trainingStep(data, { ...context, optimize: optimizeOne })
  const output: unknown = await run.hooks.sections.run('step', 0, call)
  try {
    if (isTensor(output)) fail('REG_STEP_OUTPUT.manual')
    for (const [name, value] of Object.entries(output ?? {})) run.epochLog.returned(name, value)
  } finally {
    forEachTensor(output, (tensor) => tensor.kept || tensor.dispose())
  }
}

function hookedLoss({ hooks, state }: FitRun, given: unknown, place: string, optimizer: string) {
  const loss = checkedLoss(given, place)
  if (!hooks.isTapped('loss')) return loss
  return checkedLoss(hooks.loss(loss, at(state, { optimizer })), 'a tap of "loss"')
}

/** The tape; then, of each optimizer, gradients*, stepStart, its step and stepEnd. */
async function optimize(run: FitRun, input: StepInput, names: readonly string[]): Promise<void> {
  const { state, hooks, owners, isLastBatch, optimizers } = run
  const { table } = run.session
  const gradients = hooks.sections.run('step', 0, () => run.runner(input))
  let current: NamedTensorMap | null = gradients
  try {
    for (const optimizer of names) {
      const own = owners && Object.entries(gradients).filter(([of]) => owners.get(of) === optimizer)
      current = own ? Object.fromEntries(own) : gradients
      if (hooks.isTapped('gradients')) {
        const context = at(state, { optimizer, isLastBatch })
        current = await hooks.waterfall('gradients', renamed(current, table), context)
        current = current && renamedBack(current, table)
      }
      if (current === null) continue
      try {
        await hooks.emit('stepStart', at(state, { optimizer }))
        const instance = optimizers[optimizer] as Optimizer
        alignSlots(instance, Object.keys(current))
        instance.applyGradients(current)
      } catch (thrown) {
        await hooks.emitAfterError('stepEnd', at(state, { optimizer, outcome: 'failed' }))
        throw located(thrown, 'REG_MODULE_FAILED', `Optimizer ${quote(optimizer)} failed`)
      }
      state.step++
      await hooks.emit('stepEnd', at(state, { optimizer, outcome: 'completed' }))
      disposeAll(current)
    }
  } finally {
    disposeAll(gradients)
    disposeAll(current)
  }
}
