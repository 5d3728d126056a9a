import {
  anything,
  count,
  definePlugin,
  list,
  type MetricName,
  monitoredMetric,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  type Plugin,
  path,
  type RunInfo,
  text,
} from '@regimen/core'
import { isBehind } from './median-rule.js'
import { appendReport, clearReport, readReport } from './trial-files.js'

/** What {@link sweep} takes. */
export interface SweepOptions {
  /** Folder of the trial, to which it reports. */
  readonly folder: string
  /** The metric by which trials are judged. */
  readonly monitor: MetricName
  /** Whether less or more of it is better. */
  readonly mode: 'min' | 'max'
  /** How often the trial was taken further before. Default 0. */
  readonly rung?: number
  /** For each epoch the value that the best so far must not be worse than; `null` for none. */
  readonly thresholds?: readonly (number | null)[]
}

declare module '@regimen/core' {
  interface PluginOptionsMap {
    sweep: SweepOptions
  }
}

/** The options of {@link SweepOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('sweep', {
  folder: path().required().describe('folder of the trial, to which it reports'),
  monitor: text<MetricName>()
    .required()
    .describe('the metric by which trials are judged'),
  mode: oneOf('min', 'max').required().describe('whether less or more of it is better'),
  rung: count().default(0).describe('how often the trial was taken further before'),
  thresholds: list(anything<number | null>())
    .default([])
    .describe('for each epoch the value that the best so far must not be worse than'),
} satisfies OptionFieldsOf<SweepOptions>)

/**
 * Makes a run a trial of a sweep: reports the monitored metric at each validation, or each epoch where nothing is
 * validated, and stops a run that is behind its thresholds. `regimen sweep` adds it to its trials.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; in a run REG_METRIC_MISSING
 * @example
 * new Trainer({ plugins: [sweep({ folder: 'runs/sweep/trial_000', monitor: 'val_loss', mode: 'min' })] })
 */
export function sweep(input: SweepOptions): Plugin {
  const { folder, monitor, mode, rung, thresholds } = options.check(input)
  return definePlugin({
    name: 'sweep',
    writes: true,
    recipe: { factory: sweep, options: input, schema: options },
    apply({ id, hooks, requestStop }) {
      let run: RunInfo | undefined
      let isPruned = false
      hooks.setup.tap(id, ({ stage, run: begun }) => {
        run = stage === 'fit' ? begun : undefined
        isPruned = false
      })
      hooks.fitStart.tap(id, () => {
        if (run && !run.isResumed) clearReport(folder)
      })
      hooks.monitor.tapPromise(id, async (boundary) => {
        if (!run) return
        const isJudged =
          run.validationBatches === 0 ? boundary.epoch : boundary.validation
        if (!isJudged) return
        const value = await monitoredMetric(boundary.metrics, monitor, id)
        const { epoch: completed, step } = boundary.counters
        const epoch = boundary.epoch ? completed - 1 : completed
        appendReport(folder, { epoch, step, value })
        const { curve } = readReport(folder)
        const known = curve.filter(([at]) => at <= epoch)
        if (boundary.epoch && isBehind(known, thresholds, mode)) {
          isPruned = true
          requestStop('it is behind the median of earlier trials')
        }
      })
      hooks.fitEnd.tap(id, ({ outcome }) => {
        if (!run || (outcome !== 'completed' && outcome !== 'stopped')) return
        appendReport(folder, { rung, end: isPruned ? 'pruned' : 'completed' })
      })
      return {
        saveState: () => ({ isPruned }),
        loadState: (saved) => {
          isPruned = Object(saved).isPruned === true
        },
      }
    },
  })
}
