import {
  definePlugin,
  type Plugin,
  type PluginContext,
  quote,
  RegimenError,
  type ValidationBatchEndPayload,
  type ValidationEndPayload,
} from '@regimen/core'
import { type Computed, Evaluation } from './evaluation.js'
import { type EvaluateOptions, options } from './options.js'
import { scalarsOf } from './scalars.js'

/**
 * Reports metrics over whole validations and tests, from what their steps return as `output`: `val_f1`, `test_f1`,
 * with `/<loader>` if there are several. They are metrics as others: monitored, logged, in the history and the result.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; in a run REG_METRIC_INPUT, REG_LOG_INVALID
 * @example
 * new Trainer({ plugins: [evaluate({ metrics: { f1: f1({ classes: 10 }) } })] })
 */
export function evaluate(input: EvaluateOptions): Plugin {
  const {
    metrics,
    select,
    predictions,
    targets,
    stage: only,
    id: pluginId,
  } = options.check(input)
  return definePlugin({
    name: 'evaluate',
    id: pluginId,
    apply(context) {
      const { id, hooks } = context
      const evaluation = new Evaluation(id, metrics, { select, predictions, targets })

      const start = () => evaluation.clear()
      const take = (stage: 'validation' | 'test', batch: ValidationBatchEndPayload) => {
        const { output, data, loader, outcome } = batch
        if (outcome === 'completed') evaluation.update({ output, data, stage, loader })
      }
      const end = async (
        prefix: string,
        { sanity, outcome, metrics: reported }: ValidationEndPayload,
      ) => {
        try {
          if (outcome !== 'completed') return
          const all = await evaluation.compute(prefix)
          if (!sanity) for (const computed of all) await tell(context, computed, reported)
        } finally {
          evaluation.clear()
        }
      }

      if (only !== 'test') {
        hooks.validationStart.tap(id, start)
        hooks.validationBatchEnd.tap(id, (batch) => take('validation', batch))
        hooks.validationEnd.tapPromise(id, (ended) => end('val_', ended))
      }
      if (only !== 'validation') {
        hooks.testStart.tap(id, start)
        hooks.testBatchEnd.tap(id, (batch) => take('test', batch))
        hooks.testEnd.tapPromise(id, (ended) => end('test_', ended))
      }
      return { dispose: () => evaluation.clear() }
    },
  })
}

/** Logs or records what a metric has computed. @throws REG_LOG_INVALID if something else reports that name */
async function tell(
  { id, log, record, report }: PluginContext,
  { name, suffix, value, metric }: Computed,
  reported: ValidationEndPayload['metrics'],
): Promise<void> {
  const { notice } = metric
  if (notice !== undefined) report.warn(`${name}${suffix}: ${notice}`)
  if (metric.contents) {
    for (const content of metric.contents(name + suffix, value)) await record(content)
    return
  }
  for (const [scalar, number] of Object.entries(scalarsOf(id, name, value))) {
    const full = scalar + suffix
    if (reported.has(full)) {
      const text = `${id}: the metric ${quote(full)} is reported already, by the module or another plugin. Choose another name in "metrics".`
      throw new RegimenError('REG_LOG_INVALID', text, { data: { metric: full } })
    }
    log(full, number)
  }
}
