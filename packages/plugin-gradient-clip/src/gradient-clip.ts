import { definePlugin, type Plugin, RegimenError } from '@regimen/core'
import { clipByNorm, clipByValue, globalNorm } from './clip-gradients.js'
import { type GradientClipOptions, resolveOptions, options as schema } from './options.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'gradient-clip': GradientClipOptions
  }
}

/**
 * Keeps gradients small before each optimizer step: by the global L2 norm of an optimizer's
 * gradients, or element by element. Works on what `accumulate` has summed up, wherever it is listed.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; at the start of a fit REG_OPTIMIZER_INVALID
 * @example
 * new Trainer({ plugins: [gradientClip({ norm: 1 })] })
 */
export function gradientClip(options: GradientClipOptions): Plugin {
  const {
    norm: limit,
    value,
    optimizer: only,
    log: isLogged,
    id,
  } = resolveOptions(options)
  return definePlugin({
    name: 'gradient-clip',
    recipe: { factory: gradientClip, options: options, schema },
    id,
    after: ['accumulate?'],
    apply({ id: pluginId, hooks, tf, log }) {
      let metricOf = (_: string) => 'grad_norm'

      hooks.setup.tap(pluginId, ({ stage, run: { optimizers } }) => {
        const names = Object.keys(optimizers)
        if (stage === 'fit' && only !== undefined && !names.includes(only)) {
          const text = `Gradients of optimizer "${only}" are to be clipped, but there is none.`
          const known = names.map((name) => `"${name}"`).join(', ')
          throw new RegimenError(
            'REG_OPTIMIZER_INVALID',
            `${text} The optimizers: ${known}.`,
            {
              data: { optimizer: only, optimizers: names },
            },
          )
        }
        metricOf = (name) => (names.length > 1 ? `grad_norm/${name}` : 'grad_norm')
      })

      hooks.gradients.tap(pluginId, (gradients, { optimizer }) => {
        if (gradients === null || (only !== undefined && optimizer !== only))
          return undefined
        const norm =
          isLogged || limit !== undefined ? globalNorm(tf, gradients) : undefined
        if (norm && isLogged) log(metricOf(optimizer), norm)
        return norm && limit !== undefined
          ? clipByNorm(tf, gradients, norm, limit)
          : clipByValue(tf, gradients, value as number)
      })
    },
  })
}
