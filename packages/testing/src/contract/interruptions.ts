import type { Script } from '../script.js'
import type { FitVariant } from './bench.js'

type Edit = NonNullable<FitVariant['edit']>

/** Makes the training step fail in an epoch (0-based). */
export function failingAt(epoch: number): Edit {
  return watchingSteps((context) => {
    if (context.epoch === epoch) throw new Error('the training step fails on purpose')
  })
}

/** Aborts during the first batch of an epoch (0-based), so that the run ends after this batch. */
export function abortingAfter(epoch: number): FitVariant {
  const controller = new AbortController()
  const edit = watchingSteps((context) => {
    if (context.epoch === epoch) controller.abort(new Error('aborted on purpose'))
  })
  return { signal: controller.signal, edit }
}

function watchingSteps(watch: (context: { readonly epoch: number }) => void): Edit {
  return (script: Script): Script => ({
    ...script,
    module: {
      ...script.module,
      trainingStep(batch, context) {
        watch(context)
        return script.module.trainingStep(batch, context)
      },
    },
  })
}
