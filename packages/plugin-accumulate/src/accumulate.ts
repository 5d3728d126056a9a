import {
  definePlugin,
  type Plugin,
  RegimenError,
  type StateWithTensors,
} from '@regimen/core'
import { GradientSums, type WindowsMeta } from './gradient-sums.js'
import { type AccumulateOptions, resolveOptions, options as schema } from './options.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    accumulate: AccumulateOptions
  }
}

/**
 * Takes one optimizer step per several batches, with the mean of their gradients, weighed by samples: as
 * if they were one large batch of a loss that is a mean. The last window of an epoch always ends in a
 * step and is divided by its real size.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; at the start of a fit REG_MODULE_INVALID for a module
 * that takes its steps itself
 * @example
 * new Trainer({ plugins: [accumulate({ batches: 4 })] })
 */
export function accumulate(options: AccumulateOptions): Plugin {
  const { batchesAt, reduction } = resolveOptions(options)
  return definePlugin<StateWithTensors>({
    name: 'accumulate',
    recipe: { factory: accumulate, options: options, schema },
    apply({ id, hooks, tf, provide }) {
      const sums = new GradientSums(tf)
      let afterRun: StateWithTensors | undefined
      provide('accumulate', { batchesAt })

      hooks.setup.tap(id, ({ stage, run }) => {
        if (stage !== 'fit') return
        checkModule(run.module)
        afterRun = undefined
        sums.dispose()
      })

      hooks.gradients.tap(
        id,
        (gradients, { optimizer, epoch, isLastBatch, batchSize }) => {
          if (gradients === null) return undefined
          const batches = sums.batchesOf(optimizer) + 1
          const isFull = batches >= batchesAt(epoch) || isLastBatch
          if (isFull && batches === 1) return undefined
          // A sum over samples is the sum of the batches' sums, however many they have.
          sums.add(optimizer, gradients, reduction === 'mean' ? batchSize : undefined)
          return isFull ? sums.take(optimizer, reduction) : null
        },
      )

      hooks.teardown.tap(id, ({ stage }) => {
        if (stage !== 'fit') return
        try {
          afterRun = sums.save()
        } finally {
          sums.dispose()
        }
      })

      return {
        saveState: () => afterRun ?? sums.save(),
        loadState(saved: StateWithTensors | WindowsMeta) {
          const { meta, tensors } = hasTensors(saved)
            ? saved
            : { meta: saved, tensors: {} }
          sums.load(meta as WindowsMeta, tensors)
        },
      }
    },
  })
}

function checkModule(module: { readonly automaticOptimization?: boolean }): void {
  if (module.automaticOptimization !== false) return
  const what =
    'The module has automaticOptimization: false and takes its optimizer steps itself'
  const advice =
    'so accumulate() cannot know which belong together. Remove it from the plugins'
  throw new RegimenError('REG_MODULE_INVALID', `${what}, ${advice}.`, {
    data: { part: 'automaticOptimization', found: false },
  })
}

function hasTensors(saved: StateWithTensors | WindowsMeta): saved is StateWithTensors {
  return 'tensors' in saved && 'meta' in saved
}
