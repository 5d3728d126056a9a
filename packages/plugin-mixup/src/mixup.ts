import { definePlugin, type Plugin } from '@regimen/core'
import type * as tf from '@tensorflow/tfjs-core'
import { partsOf } from './batch-parts.js'
import { randomAt } from './draws.js'
import { drawMixture, mixedInputs, mixedRows } from './mix.js'
import { type MixupOptions, resolveOptions, options as schema } from './options.js'
import { mixable, smoothed } from './targets.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    mixup: MixupOptions
  }
}

/**
 * Mixes the samples of each training batch: mixup, CutMix, label smoothing. Validations and tests have their
 * batches as they are. The draws depend on the seed, the epoch and the batch, so a resumed run has the same.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; in a fit REG_DATA_INVALID
 * @example
 * new Trainer({ plugins: [mixup({ alpha: 0.2, smoothing: 0.1, classes: 10 })] })
 */
export function mixup(input: MixupOptions): Plugin {
  const options = resolveOptions(input)
  const { classes, smoothing, seed } = options
  return definePlugin({
    name: 'mixup',
    recipe: { factory: mixup, options: input, schema },
    apply({ id, hooks, tf: tfjs }) {
      hooks.batch.tapPromise(id, async (found, { epoch, batch: index }) => {
        const parts = partsOf(found, options)
        const { batch, inputs, inputsName, targetsName } = parts
        const mixture = drawMixture(options, inputs, randomAt(seed, epoch, index))
        const targets = await mixable(tfjs, parts.targets, classes)
        try {
          const made = tfjs.tidy(() => {
            const soft = smoothing > 0 ? smoothed(tfjs, targets, smoothing) : targets
            if (!mixture) return { x: inputs, y: soft.clone() }
            const x = mixedInputs(tfjs, inputs, mixture)
            return { x, y: mixedRows(tfjs, soft, mixture) }
          }) as { readonly x: tf.Tensor; readonly y: tf.Tensor }
          return { ...batch, [inputsName]: made.x, [targetsName]: made.y }
        } finally {
          targets.dispose()
        }
      })
    },
  })
}
