import type { MetricName } from '@regimen/core'

/** Whether less or more of a metric is better. */
export type Mode = 'min' | 'max'

/** Last words of names, in lower case. What may be either, such as a score, is in neither. */
const LESS_IS_BETTER = /(?:loss|error|mse|mae|rmse|mape|msle|crossentropy|perplexity)$/
const MORE_IS_BETTER = /(?:accuracy|acc|auc|precision|recall|f1|iou|r2)$/

/**
 * Which values of a metric are the better ones, as far as its name says so beyond doubt: `val_loss`,
 * `accuracy`, `val_loss/night`.
 *
 * @returns nothing for a name that may mean either
 */
export function modeOf(metric: string): Mode | undefined {
  const [name = ''] = metric.replaceAll(/[_-]/g, '').toLowerCase().split('/')
  if (LESS_IS_BETTER.test(name)) return 'min'
  return MORE_IS_BETTER.test(name) ? 'max' : undefined
}

/** What a run is judged by; what is absent is not known. */
export interface Judgement {
  readonly monitor?: MetricName | 'epoch' | 'step' | undefined
  readonly mode?: Mode | undefined
}

/** The judgement of one part: its own, else that of the whole preset; `mode` by the name if nobody says. */
export function judgementOf(part: Judgement, whole: Judgement): Judgement {
  const monitor = part.monitor ?? whole.monitor
  if (monitor === undefined) return part
  const shared = monitor === whole.monitor ? whole.mode : undefined
  const mode = part.mode ?? shared ?? modeOf(monitor)
  return mode === undefined ? { monitor } : { monitor, mode }
}
