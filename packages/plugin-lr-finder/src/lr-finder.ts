import {
  definePlugin,
  describeFileError,
  LearningRate,
  type Plugin,
  type PluginContext,
  type RunInfo,
} from '@regimen/core'
import { type LrFinderOptions, resolveOptions, options as schema } from './options.js'
import { picture } from './picture.js'
import type { RangeTest } from './range.js'
import { optimizerOf, rangeTest } from './range-test.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'lr-finder': LrFinderOptions
  }
}

type FoundRate = { readonly rate: number | null }

/**
 * Tests learning rates before a fit: a few steps in which the rate rises, on the side of the run. Reports the
 * curve and a suggestion; the run goes on as if nothing had been, with the suggestion if `apply` is true.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; in a fit REG_OPTIMIZER_INVALID, REG_DATA_INVALID
 * @example
 * new Trainer({ plugins: [lrFinder({ min: 1e-6, max: 1 })] })
 */
export function lrFinder(input: LrFinderOptions = {}): Plugin {
  const options = resolveOptions(input)
  return definePlugin<FoundRate>({
    name: 'lr-finder',
    recipe: { factory: lrFinder, options: input, schema },
    writes: true,
    // What it applies is the base of schedules.
    before: ['lr-scheduler?', 'lr-logger?'],
    apply(context) {
      const { id, hooks, report, explainWait } = context
      let run: RunInfo | undefined
      let found: number | null = null
      let rate: LearningRate | undefined

      hooks.setup.tap(id, (begun) => {
        if (begun.stage !== 'fit') return
        run = begun.run
        found = null
      })

      hooks.fitStart.tapPromise(id, async () => {
        if (!run) return
        const name = optimizerOf(run, options.optimizer)
        if (!run.isResumed) {
          const arrived = explainWait(() => 'the range test of learning rates is done')
          try {
            const test = await rangeTest(run, options, context.signal)
            found = options.apply ? (test.suggestion ?? null) : null
            report[test.suggestion === undefined ? 'warn' : 'info'](textOf(test, options))
            await publish(context, test, options)
          } finally {
            arrived()
          }
        }
        const optimizer = run.optimizers[name]
        if (found === null || !optimizer) return
        rate = new LearningRate(optimizer, name)
        rate.set(found)
      })

      hooks.fitEnd.tap(id, () => {
        rate?.restore()
        rate = undefined
        run = undefined
      })

      return {
        saveState: () => ({ rate: found }),
        loadState(saved) {
          found = saved.rate
        },
      }
    },
  })
}

function textOf(
  { points, ended, suggestion }: RangeTest,
  { steps, apply }: Pick<LrFinderOptions, 'steps' | 'apply'>,
): string {
  const amount = `${points.length} of ${steps} steps`
  const end = ended === undefined ? '' : `, where the test ended: ${ended}`
  if (suggestion === undefined)
    return `No learning rate is suggested after ${amount}${end}: the loss did not fall, or there are too few points.`
  const text = Number(suggestion.toPrecision(3))
  const use = apply ? 'The run trains with it.' : 'The run does not use it: see "apply".'
  return `The loss falls most steeply at a learning rate of ${text}, of ${amount}${end}. ${use}`
}

/** Records the curve for loggers, and draws it. A picture that cannot be written is a warning. */
async function publish(
  context: PluginContext,
  test: RangeTest,
  options: ReturnType<typeof resolveOptions>,
): Promise<void> {
  options.onResult?.(test)
  const rows = test.points.map(
    ({ rate, loss, smoothed }) => `| ${rate} | ${loss} | ${smoothed} |`,
  )
  const text = ['| learning rate | loss | smoothed |', '|---|---|---|', ...rows].join(
    '\n',
  )
  await context.record({ kind: 'text', name: 'lr_finder', format: 'markdown', text })
  if (!options.picture || !globalThis.process?.versions?.node) return
  const logDir = context
    .services('logger')
    .map((logger) => (logger as { readonly logDir?: unknown }).logDir)
    .find((folder): folder is string => typeof folder === 'string')
  try {
    const { writePicture } = await import('./picture-file.js')
    const place = { rootDir: context.rootDir, logDir }
    const path = await writePicture(picture(test, options.mode), place)
    context.report.info(`The curve is ${path}`)
    await context.record({ kind: 'artifact', name: 'lr-finder.svg', path })
  } catch (thrown) {
    context.report.warn(`The curve could not be written: ${describeFileError(thrown)}.`)
  }
}
