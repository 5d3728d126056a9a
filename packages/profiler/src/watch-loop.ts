import type { PluginContext, StepInput } from '@regimen/core'
import type { LoopClock } from './loop-clock.js'

type Tensor = ReturnType<StepInput['loss']>

/**
 * Lets a clock follow the loop: all hooks that tell of phases, those of validations, tests and
 * predictions too.
 *
 * @param worked called after each batch that was evaluated
 */
export function watchLoop(
  { id, hooks }: PluginContext,
  clock: () => LoopClock | undefined,
  worked: () => void,
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
    worked()
    clock()?.evaluationBatchEnd('validation')
  })
  hooks.validationEnd.tap(id, ({ sanity }) => {
    if (sanity) clock()?.pass('validationEnd')
    else clock()?.evaluationEnd('validation')
  })
  hooks.testStart.tap(id, () => clock()?.evaluationStart('test'))
  hooks.testBatchStart.tap(id, () => clock()?.evaluationBatchStart('test'))
  hooks.testBatchEnd.tap(id, () => {
    worked()
    clock()?.evaluationBatchEnd('test')
  })
  hooks.testEnd.tap(id, () => clock()?.evaluationEnd('test'))
  hooks.predictStart.tap(id, () => clock()?.evaluationStart('predict'))
  hooks.predictBatchStart.tap(id, () => clock()?.evaluationBatchStart('predict'))
  hooks.predictBatchEnd.tap(id, () => {
    worked()
    clock()?.evaluationBatchEnd('predict')
  })
  hooks.predictEnd.tap(id, () => clock()?.evaluationEnd('predict'))
}

/**
 * Times the heart of each step: until the loss is there, and the backward pass after it. The step
 * that is handed on is one object for all steps, since one per step would cost.
 *
 * @param begin called before each heart; gives the clock, if there is one
 */
export function watchHeart({ wrapStep }: PluginContext, begin: () => LoopClock | undefined): void {
  wrapStep((next) => {
    let given: StepInput | undefined
    let clock: LoopClock | undefined
    const loss = (): Tensor => {
      clock?.lossStart()
      const value = (given as StepInput).loss()
      clock?.lossEnd()
      return value
    }
    const timed = {
      data: undefined as unknown,
      optimizer: '',
      loss,
      variables: [] as StepInput['variables'],
    }
    return (step) => {
      clock = begin()
      if (!clock) return next(step)
      given = step
      timed.data = step.data
      timed.optimizer = step.optimizer
      timed.variables = step.variables
      clock.heartStart()
      try {
        return next(timed)
      } finally {
        clock.heartEnd()
        given = undefined
        timed.data = undefined
      }
    }
  })
}
