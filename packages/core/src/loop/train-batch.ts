import type { NamedTensorMap, Optimizer, Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import {
  disposeAll,
  forEachTensor,
  isStrayPromise,
  isTensor,
  valueAtHand,
} from '../data/containers.js'
import {
  fail,
  isRegimenError,
  located,
  messageOf,
  quote,
  quoteAll,
  suggestion,
} from '../floor/errors.js'
import type { AutomaticModule, ManualModule, ManualStepContext } from '../module/modules.js'
import type { StepInput } from '../plugins/step-runner.js'
import type { FitRun } from '../run/fit-run.js'
import { variablesOf } from '../state/optimizer-owners.js'
import { beginStep, endStep } from '../state/optimizer-rates.js'
import { applyWatched } from '../state/optimizer-state.js'
import { at } from '../state/run-state.js'
import { alignSlots, renamed, renamedBack } from '../state/variables.js'
import { explainTfjsError } from './tfjs-errors.js'

type Tape = readonly { readonly saved?: readonly (Tensor | null)[] }[]
type EngineState = { activeTape: Tape | null; gradientDepth: number }

/** batch*, batchStart, the step, batchEnd. Disposes of the batch unless its source owns it. */
export async function trainBatch(run: FitRun, batch: unknown, isOwned: boolean): Promise<void> {
  const { state, hooks, epochLog, session, keeper } = run
  const kept = isOwned ? batch : undefined
  let data = batch
  keeper.beginBatch()
  run.stepBeforeBatch = state.step
  try {
    if (hooks.isTapped('batch')) {
      const told = at(state, { stage: session.stage })
      data = await session.withoutLog(() => hooks.waterfall('batch', batch, told))
    }
    epochLog.begin(data, state.samples === 0 ? session.report.warn : undefined)
    try {
      await hooks.emit('batchStart', at(state, { data }))
      at(state, run.context)
      await (run.isManual ? manualStep(run, data) : automaticStep(run, data))
      epochLog.commit()
    } catch (thrown) {
      const where = `batch ${state.batch + 1} of epoch ${state.epoch + 1}`
      const error = located(thrown, 'REG_MODULE_FAILED', `trainingStep failed in ${where}`)
      await keeper.holdAfterError(error)
      const metrics = epochLog.step('the failed step')
      await hooks.emitAfterError('batchEnd', at(state, { data, outcome: 'failed', metrics }))
      epochLog.rollBack()
      throw error
    }
    state.batch++
    state.samples += epochLog.samples ?? 1
    run.isBoundaryPending = true
    const outcome = state.step > run.stepBeforeBatch ? 'completed' : 'skipped'
    const metrics = epochLog.step('this step')
    keeper.beginHook('batchEnd')
    await hooks.emit('batchEnd', at(state, { data, outcome, metrics }))
    keeper.endHook()
    metrics.isReleased = true
  } finally {
    if (data !== kept) disposeAll(data === batch ? data : [batch, data], kept)
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
    const about = () => ({ optimizer: name, optimizers: names, hint: suggestion(name, names) })
    if (!names.includes(name)) fail('REG_OPTIMIZER_INVALID.unknown', about())
    let value: number | undefined
    const loss = () => {
      const final = hookedLoss(run, lossOf(), `the loss for ${quote(name)}`, name)
      value = valueAtHand(final)
      if (value !== undefined) run.checkLoss(value)
      return final
    }
    const variables = options?.variables ?? variablesOf(name, session.table, names)
    await optimize(run, { data, optimizer: name, variables, loss }, [name])
    return value
  }
  const call = () => module.trainingStep(data, { ...context, optimize: optimizeOne })
  const output: unknown = await run.hooks.userCodeWrappers.run('step', 0, call)
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
  const gradients = hooks.userCodeWrappers.run('step', 0, () => run.runner(input))
  let current: NamedTensorMap | null = gradients
  try {
    for (const optimizer of names) {
      const own = owners && Object.entries(gradients).filter(([of]) => owners.get(of) === optimizer)
      current = own ? Object.fromEntries(own) : gradients
      if (hooks.isTapped('gradients')) {
        const context = at(state, { optimizer, isLastBatch, batchSize: run.epochLog.samples })
        current = await hooks.waterfall('gradients', renamed(current, table), context)
        current = current && renamedBack(current, table)
      }
      if (current === null) continue
      try {
        await hooks.emit('stepStart', at(state, { optimizer }))
        const instance = optimizers[optimizer] as Optimizer
        const isNew = alignSlots(instance, Object.keys(current))
        run.keeper.changes++
        const rates = beginStep(instance, isNew)
        if (isNew) applyWatched(instance, current, table)
        else instance.applyGradients(current)
        endStep(rates)
      } catch (thrown) {
        await hooks.emitAfterError('stepEnd', at(state, { optimizer, outcome: 'failed' }))
        throw located(thrown, 'REG_MODULE_FAILED', `Optimizer ${quote(optimizer)} failed`)
      }
      // The batch counts once, as soon as the first of its optimizers has changed weights.
      state.step = run.stepBeforeBatch + 1
      await hooks.emit('stepEnd', at(state, { optimizer, outcome: 'completed' }))
      disposeAll(current)
    }
  } finally {
    disposeAll(gradients)
    disposeAll(current)
  }
}

/**
 * Runs a step on tfjs' tape. Leaves no tensor behind when it throws: what tfjs saved on its tape for
 * the backward pass is disposed of, since tfjs itself does so only after one that succeeded
 * (`tfjs-core/src/engine.ts`, `gradients`).
 *
 * @throws REG_GRADIENT_NONE, REG_GRADIENT_MISSING, REG_OPTIMIZER_INVALID, REG_KERNEL_MISSING
 */
export function runStep({ loss, optimizer, variables }: StepInput): NamedTensorMap {
  const trainable = variables.filter((variable) => variable.trainable)
  const about = { optimizer, count: variables.length }
  if (trainable.length === 0) fail('REG_OPTIMIZER_INVALID.frozen', about)
  const { state } = tf.engine() as unknown as { readonly state: EngineState }
  const depth = state.gradientDepth
  try {
    return tf.tidy(() => tf.variableGrads(loss as () => tf.Scalar, trainable).grads)
  } catch (cause) {
    state.gradientDepth = depth
    for (const { saved } of (depth === 0 && state.activeTape) || []) disposeAll(saved)
    if (depth === 0) state.activeTape = null
    if (isRegimenError(cause)) throw cause
    // tfjs gives its errors no code: its text is all there is.
    const text = messageOf(cause)
    if (/Cannot find a connection|Cannot compute gradient of y=f\(x\)/.test(text))
      fail('REG_GRADIENT_NONE.loss', about, { cause })
    explainTfjsError(cause)
    throw cause
  }
}

/** Checks that a loss is one, and makes it a scalar. @throws REG_STEP_OUTPUT */
export function checkedLoss(loss: unknown, place: string): Tensor {
  if (isTensor(loss) && loss.size === 1) return loss.rank === 0 ? loss : tf.reshape(loss, [])
  if (isTensor(loss)) fail('REG_STEP_OUTPUT.shape', { place, shape: loss.shape })
  return fail(`REG_STEP_OUTPUT.${isStrayPromise(loss) ? 'promise' : 'value'}`, {
    place,
    found: loss,
  })
}
