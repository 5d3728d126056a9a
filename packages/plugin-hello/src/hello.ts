import {
  amount,
  definePlugin,
  type MetricName,
  monitoredMetric,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  type Plugin,
  text,
} from '@regimen/core'
import { judge, nothingYet } from './best-so-far.js'

/** What {@link hello} takes. */
export interface HelloOptions {
  /** Name of the metric, as reported: `val_loss`. Default `loss`. */
  readonly monitor?: MetricName
  /** Whether less or more of it is better. Default `min`. */
  readonly mode?: 'min' | 'max'
  /** A new best must be better by more than this. Default 0. */
  readonly minDelta?: number
  /** Distinguishes two of them in a trainer. Default: the name of the plugin. */
  readonly id?: string
}

/** The options of {@link HelloOptions}: checks, defaults, the table in the README and help. */
export const options = optionSchema('hello', {
  monitor: text<MetricName>().default('loss').describe('name of the metric, as reported'),
  mode: oneOf('min', 'max')
    .default('min')
    .describe('whether less or more of it is better'),
  minDelta: amount().default(0).describe('a new best must be better by more than this'),
  id: text().default('hello').describe('distinguishes two of them in a trainer'),
} satisfies OptionFieldsOf<HelloOptions>)

declare module '@regimen/core' {
  interface PluginOptionsMap {
    hello: HelloOptions
  }
}

/**
 * Reports each new best value of a metric, at the end of an epoch or validation.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; in a run REG_METRIC_MISSING
 * @example
 * new Trainer({ plugins: [hello({ monitor: 'val_loss' })] })
 */
export function hello(input: HelloOptions = {}): Plugin {
  const { monitor, ...rule } = options.check(input)
  const isOfValidation = monitor.startsWith('val_')
  return definePlugin({
    name: 'hello',
    recipe: { factory: hello, options: input, schema: options },
    id: rule.id,
    apply({ id, hooks, report }) {
      let state = nothingYet

      // A trainer may fit twice: each fit starts anew. A resumed one then gets its state by `loadState`.
      hooks.setup.tap(id, () => {
        state = nothingYet
      })

      // The hook for whoever judges: it comes after the metrics are final and before checkpoints are saved.
      hooks.monitor.tapPromise(id, async ({ metrics, validation, epoch, counters }) => {
        if (!(isOfValidation ? validation : epoch)) return
        const value = await monitoredMetric(metrics, monitor, id)
        const next = judge(rule, state, value)
        if (next === state) return
        state = next
        const place = `epoch ${counters.epoch}`
        report.info(`${monitor} ${value.toPrecision(4)} in ${place} is the best so far.`)
      })

      return {
        saveState: () => state,
        loadState: (saved: typeof state) => {
          state = saved
        },
      }
    },
  })
}
