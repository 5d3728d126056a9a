import { isTensor } from './containers.js'
import { RegimenError } from './errors.js'
import type { LogOptions, Reduction } from './log-options.js'
import type { CellOptions } from './metric-cell.js'
import type { MetricValue } from './module.js'
import { quote } from './nearest.js'

const REDUCTIONS: readonly Reduction[] = ['mean', 'sum', 'min', 'max']

/**
 * Fills in and checks what was asked for in `log`.
 *
 * @throws REG_LOG_INVALID
 */
export function cellOptions(name: string, options: LogOptions, defaults: CellOptions): CellOptions {
  const onStep = options.onStep ?? defaults.onStep
  const onEpoch = options.onEpoch ?? defaults.onEpoch
  const given = options.reduce ?? 'mean'
  const reduce = REDUCTIONS.find((known) => known === given)
  if (!reduce) {
    throw invalid(name, `with reduce ${quote(given)}; give "mean", "sum", "min" or "max"`)
  }
  if (!onStep && !onEpoch) {
    throw invalid(name, 'with onStep: false and onEpoch: false, which is not useful; ask for one')
  }
  return { onStep, onEpoch, progress: options.progress ?? false, reduce, isPlain: false }
}

/**
 * Checks that a value can be a metric.
 *
 * @throws REG_LOG_INVALID for anything but a number or a tensor of one element
 */
export function checkMetric(name: string, value: unknown): asserts value is MetricValue {
  if (typeof name !== 'string' || name === '') throw invalid(String(name), 'which is no name')
  if (typeof value === 'number') return
  if (!isTensor(value)) {
    throw invalid(
      name,
      `with ${quote(value)}, which cannot be logged; give a number or a tensor of one element`,
    )
  }
  if (value.size !== 1) {
    throw invalid(name, `with a tensor of shape [${value.shape}]; it must have a single element`)
  }
}

/** Checks that a name is logged in one way only. @throws REG_LOG_INVALID */
export function checkSame(name: string, first: CellOptions, second: CellOptions): void {
  const isSame =
    first.onStep === second.onStep &&
    first.onEpoch === second.onEpoch &&
    first.progress === second.progress &&
    first.reduce === second.reduce
  if (!isSame) throw invalid(name, 'twice with different options, which is not allowed')
}

function invalid(name: string, what: string): RegimenError {
  return new RegimenError('REG_LOG_INVALID', `${quote(name)} was logged ${what}.`)
}
