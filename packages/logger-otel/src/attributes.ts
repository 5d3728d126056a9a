import type { Attributes } from '@opentelemetry/api'
import type { Counters, Metrics } from '@regimen/core'
import { flatten } from '@regimen/logger-kit'

/** How far a run has got, as attributes: totals of the whole run. */
export const progressOf = ({ step, samples }: Counters): Attributes => ({
  'regimen.step': step,
  'regimen.samples': samples,
})

/** Final metrics as attributes. */
export async function attributesOf(metrics: Metrics): Promise<Attributes> {
  const entries = metrics.names.map(
    async (name) => [`regimen.metric.${name}`, numeral(await metrics.get(name))] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}

/** Hyperparameters as attributes, nested ones as `optimizer/rate`; those that look secret are `***`. */
export function hparamsOf(values: object, safe: (text: string) => string): Attributes {
  const { names, values: flat } = flatten(values)
  return Object.fromEntries(
    names.map((name, index) => [`regimen.hparam.${name}`, plain(flat[index] ?? null)]),
  )

  function plain(value: string | number | boolean | null) {
    if (typeof value === 'string') return safe(value)
    return typeof value === 'number' ? numeral(value) : String(value)
  }
}

/** JSON has no NaN and no infinities: they are words. */
const numeral = (value: number): number | string =>
  Number.isFinite(value) ? value : String(value)
