import { definePlugin, type Plugin } from '@regimen/core'
import { CompiledSteps, type CompileSummary } from './compiled-steps.js'
import { type CompileOptions, options } from './options.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    compile: CompileOptions
  }
}

/**
 * Records the forward and backward pass of a step once and replays it as one call of WebAssembly. The
 * results are those of the step as it is, to the bit: the first replay is compared with it, and later ones
 * now and then. A step that cannot be replayed is run as it is, and the reason is reported.
 *
 * What JavaScript does in a step is not done again: a number that it computes, a `console.log`, an `if`.
 * Learning rates, schedules, gradients' taps and everything else outside the step are not affected.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * new Trainer({ plugins: [wasm(), compile()] })
 */
export function compile(input: CompileOptions = {}): Plugin {
  const { verifyEvery } = options.check(input)
  const stepsBetween = verifyEvery === 0 ? Number.MAX_VALUE : verifyEvery
  return definePlugin({
    name: 'compile',
    recipe: { factory: compile, options: input, schema: options },
    apply({ id, hooks, tf, service, report, wrapStep }) {
      let steps: CompiledSteps | undefined

      hooks.setup.tap(id, ({ stage }) => {
        if (stage !== 'fit') return
        const compiler = service('stepCompiler')
        if (!compiler?.isAvailable()) {
          report.info(`Steps are not compiled: ${unavailable(tf.getBackend())}.`)
          return
        }
        steps = new CompiledSteps(compiler, stepsBetween, {
          traced: (reason) => report.info(`Steps are not compiled: ${reason}.`),
          differed: (difference, count) =>
            report.warn(
              `A replayed step differed from the step as it is in ${difference}; up to ${count} steps ` +
                'since the last comparison may be off. Steps are no longer compiled. JavaScript in the ' +
                'step that changes from step to step is the usual cause.',
            ),
        })
      })

      hooks.batchStart.tap(id, () => steps?.beginBatch())

      hooks.teardown.tap(id, ({ stage }) => {
        if (stage !== 'fit' || steps === undefined) return
        report.info(summaryText(steps.summary()))
        steps.dispose()
        steps = undefined
      })

      wrapStep((next) => (step) => (steps ? steps.run(step, next) : next(step)), {
        isInnermost: true,
      })
    },
  })
}

function unavailable(backend: string): string {
  return backend === 'wasm'
    ? 'the plugin wasm() of @regimen/backend-wasm is missing, or WebAssembly has no SIMD here'
    : `the engine "${backend}" cannot replay steps; "wasm" can`
}

function summaryText({ replayed, traced, programs }: CompileSummary): string {
  const operations = programs.map((program) => program.operations)
  const list = operations.length > 0 ? ` (${operations.join(', ')} operations)` : ''
  return `${replayed} of ${replayed + traced} steps were replayed${list}.`
}
