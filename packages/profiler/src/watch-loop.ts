import type { PluginContext, StepInput } from '@regimen/core'
import type { LoopClock } from './loop-clock.js'

type Tensor = ReturnType<StepInput['loss']>
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Lets a clock follow the loop through all hooks that begin or end a phase.
 *
 * @param batchDone called after each batch that was evaluated
 */
export function watchLoop(
  { id, hooks }: PluginContext,
  clock: () => LoopClock | undefined,
  batchDone: () => void,
): void {
  hooks.sanityStart.tap(id, () => clock()?.sanityStart())
  hooks.sanityEnd.tap(id, () => clock()?.sanityEnd())
  hooks.fitStart.tap(id, () => clock()?.fitStart())
  hooks.epochStart.tap(id, () => clock()?.epochStart())
  hooks.batchStart.tap(id, () => clock()?.batchStart())
  hooks.stepStart.tap(id, () => clock()?.stepStart())
  hooks.stepEnd.tap(id, () => clock()?.stepEnd())
  hooks.epochEnd.tap(id, () => clock()?.epochEnd())
  hooks.save.tap(id, () => clock()?.save())
  hooks.validationStart.tap(id, ({ sanity }) => {
    if (sanity) clock()?.pass('validationStart')
    else clock()?.evaluationStart('validation')
  })
  hooks.validationBatchStart.tap(id, ({ sanity }) => {
    if (sanity) clock()?.pass('validationBatchStart')
    else clock()?.evaluationBatchStart('validation')
  })
  hooks.validationBatchEnd.tap(id, ({ sanity }) => {
    if (sanity) return clock()?.pass('validationBatchEnd')
    batchDone()
    clock()?.evaluationBatchEnd('validation')
  })
  hooks.validationEnd.tap(id, ({ sanity }) => {
    if (sanity) clock()?.pass('validationEnd')
    else clock()?.evaluationEnd('validation')
  })
  hooks.testStart.tap(id, () => clock()?.evaluationStart('test'))
  hooks.testBatchStart.tap(id, () => clock()?.evaluationBatchStart('test'))
  hooks.testBatchEnd.tap(id, () => {
    batchDone()
    clock()?.evaluationBatchEnd('test')
  })
  hooks.testEnd.tap(id, () => clock()?.evaluationEnd('test'))
  hooks.predictStart.tap(id, () => clock()?.evaluationStart('predict'))
  hooks.predictBatchStart.tap(id, () => clock()?.evaluationBatchStart('predict'))
  hooks.predictBatchEnd.tap(id, () => {
    batchDone()
    clock()?.evaluationBatchEnd('predict')
  })
  hooks.predictEnd.tap(id, () => clock()?.evaluationEnd('predict'))
}

/**
 * Times the forward and the backward pass of each step. The input of the wrapped step is one object
 * for all steps, since one per step would cost.
 *
 * @param begin called before each forward pass; gives the clock, if there is one
 */
export function watchPasses(
  { wrapStep }: PluginContext,
  begin: () => LoopClock | undefined,
): void {
  wrapStep((next) => {
    let input: StepInput | undefined
    let clock: LoopClock | undefined
    const loss = (): Tensor => {
      clock?.lossStart()
      const value = (input as StepInput).loss()
      clock?.lossEnd()
      return value
    }
    let timed: Mutable<StepInput> | undefined
    return (step) => {
      clock = begin()
      if (!clock) return next(step)
      input = step
      timed ??= { ...step, loss }
      timed.data = step.data
      timed.optimizer = step.optimizer
      timed.variables = step.variables
      timed.reports = step.reports
      clock.passesStart()
      try {
        return next(timed)
      } finally {
        clock.passesEnd()
        input = undefined
        timed.data = undefined
      }
    }
  })
}
