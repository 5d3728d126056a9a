import type { NamedTensorMap, Optimizer, Tensor } from '@tensorflow/tfjs-core'
import { disposeAll } from '../data/containers.js'
import { located } from '../floor/errors.js'
import { quote } from '../floor/quote.js'
import type { StepInput } from '../plugins/step-runner.js'
import type { FitRun } from '../run/fit-run.js'
import { applyWatched } from '../state/optimizer-hidden-state.js'
import { beginStep, endStep } from '../state/optimizer-rates.js'
import { alignSlots } from '../state/optimizer-slots.js'
import { withCounters } from '../state/run-state.js'
import { renamed, renamedBack } from '../state/variables.js'
import { checkedLoss } from './backward-pass.js'

/** Forward and backward pass; then, for each optimizer, gradients, stepStart, its step and stepEnd. */
export async function optimize(
  run: FitRun,
  input: StepInput,
  names: readonly string[],
): Promise<void> {
  const { hooks, owners } = run
  const gradients = hooks.userCodeWrappers.run('step', 0, () => run.runner(input))
  let current: NamedTensorMap | null = gradients
  try {
    for (const optimizer of names) {
      current = owners ? gradientsOf(optimizer, gradients, owners) : gradients
      if (hooks.isTapped('gradients'))
        current = await tappedGradients(run, optimizer, current)
      if (current === null) continue
      await applyGradients(run, optimizer, current)
      disposeAll(current)
    }
  } finally {
    disposeAll(gradients)
    disposeAll(current)
  }
}

/** The gradients of the variables that an optimizer owns. */
function gradientsOf(
  optimizer: string,
  gradients: NamedTensorMap,
  owners: ReadonlyMap<string, string>,
): NamedTensorMap {
  const entries = Object.entries(gradients)
  return Object.fromEntries(entries.filter(([name]) => owners.get(name) === optimizer))
}

/** The gradients after the taps of `gradients`; `null` skips the step. */
async function tappedGradients(
  run: FitRun,
  optimizer: string,
  gradients: NamedTensorMap,
) {
  const { hooks, state, table, isLastBatch, epochLog } = run
  const payload = withCounters(state, {
    optimizer,
    isLastBatch,
    batchSize: epochLog.samples,
  })
  const tapped = await hooks.waterfall('gradients', renamed(gradients, table), payload)
  try {
    return tapped && renamedBack(tapped, table)
  } catch (thrown) {
    disposeAll(tapped)
    throw thrown
  }
}

/** stepStart, the optimizer's step, stepEnd. */
async function applyGradients(
  run: FitRun,
  optimizer: string,
  gradients: NamedTensorMap,
): Promise<void> {
  const { hooks, state, optimizers, table, keeper } = run
  try {
    await hooks.emit('stepStart', withCounters(state, { optimizer }))
    const instance = optimizers[optimizer] as Optimizer
    const isNew = alignSlots(instance, Object.keys(gradients))
    keeper.changes++
    const rates = beginStep(instance, isNew)
    if (isNew) applyWatched(instance, gradients, table)
    else instance.applyGradients(gradients)
    endStep(rates)
  } catch (thrown) {
    await hooks.emitAfterError(
      'stepEnd',
      withCounters(state, { optimizer, outcome: 'failed' }),
    )
    throw located(thrown, 'REG_MODULE_FAILED', `Optimizer ${quote(optimizer)} failed`)
  }
  // The batch counts as one step, as soon as its first optimizer has changed weights.
  state.step = run.stepBeforeBatch + 1
  await hooks.emit('stepEnd', withCounters(state, { optimizer, outcome: 'completed' }))
}

/** A loss after the taps of `loss`, checked. Called inside the tape. @throws REG_STEP_OUTPUT */
export function tappedLoss(
  { hooks, state }: FitRun,
  loss: unknown,
  place: string,
  optimizer: string,
): Tensor {
  const checked = checkedLoss(loss, place)
  if (!hooks.isTapped('loss')) return checked
  return checkedLoss(
    hooks.loss(checked, withCounters(state, { optimizer })),
    'a tap of "loss"',
  )
}
