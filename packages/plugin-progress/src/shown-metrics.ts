import type { Metrics } from '@regimen/core'

/** A metric as a line or a table shows it. */
export type ShownMetric = readonly [name: string, value: number]

const SUFFIX = /_(step|epoch)$/

/** Names worth showing: of a metric logged per step and per epoch only the one without suffix. */
export function shownNames(names: readonly string[]): string[] {
  const known = new Set(names)
  return names.filter(
    (name) => !(SUFFIX.test(name) && known.has(name.replace(SUFFIX, ''))),
  )
}

/** The order of lines and tables: metrics of training, then those of the validation; the loss first in each. */
export function byOrigin(names: readonly string[]): string[] {
  return names.toSorted((a, b) => rankOf(a) - rankOf(b))
}

function rankOf(name: string): number {
  const isLoss = /^(val_)?loss(\/|$)/.test(name)
  return (name.startsWith('val_') ? 2 : 0) + (isLoss ? 0 : 1)
}

/** Metrics with their values, as far as they are known without waiting. */
export function valuesOf(metrics: Metrics, names: readonly string[]): ShownMetric[] {
  return names.flatMap((name) => {
    const value = metrics.atHand(name)
    return value === undefined ? [] : [[name, value] as const]
  })
}
