import { RegimenError } from '@regimen/core'
import type { Metric, MetricState } from './metric.js'

type Parts = Readonly<Record<string, Metric<unknown, never, never>>>
type ValuesOf<All extends Parts> = {
  readonly [Name in keyof All]: All[Name] extends Metric<infer Value, never, never>
    ? Value
    : never
}

/**
 * One metric of several that are updated together: their values by name, or what `from` makes of them.
 *
 * @example
 * combined({ p: precision({ classes: 3 }), r: recall({ classes: 3 }) }, ({ p, r }) => Math.sqrt(p * r))
 */
export function combined<const All extends Parts, Value = ValuesOf<All>>(
  parts: All,
  from: (values: ValuesOf<All>) => Value = (values) => values as unknown as Value,
): Metric<Value, unknown, unknown> {
  return new Combined(parts, from as (values: unknown) => Value)
}

class Combined<Value> implements Metric<Value, unknown, unknown> {
  readonly name: string
  readonly #from: (values: unknown) => Value
  readonly #parts: ReadonlyMap<string, Metric<unknown, unknown, unknown>>

  constructor(parts: Parts, from: (values: unknown) => Value) {
    this.#from = from
    const all = Object.entries(parts)
    this.#parts = new Map(all) as ReadonlyMap<string, Metric<unknown, unknown, unknown>>
    this.name = `combined(${all.map(([name]) => name).join(', ')})`
  }

  get updates(): number {
    return Math.max(0, ...[...this.#parts.values()].map(({ updates }) => updates))
  }

  get notice(): string | undefined {
    const notices = [...this.#parts].flatMap(([name, { notice }]) =>
      notice === undefined ? [] : [`${name}: ${notice}`],
    )
    return notices.length === 0 ? undefined : notices.join(' ')
  }

  update(predictions: unknown, targets?: unknown): void {
    for (const part of this.#parts.values()) part.update(predictions, targets)
  }

  async compute(): Promise<Value> {
    const values: Record<string, unknown> = {}
    for (const [name, part] of this.#parts) values[name] = await part.compute()
    return this.#from(values)
  }

  reset(): void {
    for (const part of this.#parts.values()) part.reset()
  }

  state(): MetricState {
    const parts = [...this.#parts].map(([name, part]) => [name, part.state()] as const)
    return {
      kind: this.name,
      updates: this.updates,
      values: [],
      parts: Object.fromEntries(parts),
    }
  }

  restore({ kind, parts = {} }: MetricState): void {
    const [found, expected] = [kind, this.name]
    if (found !== expected)
      throw new RegimenError(
        'REG_STATE_INVALID',
        `The saved state is of ${found}; expected ${expected}.`,
        {
          data: { found, expected },
        },
      )
    for (const [name, part] of this.#parts) {
      const saved = parts[name]
      if (saved) part.restore(saved)
    }
  }

  fresh(): Combined<Value> {
    const parts = [...this.#parts].map(([name, part]) => [name, part.fresh()] as const)
    return new Combined(Object.fromEntries(parts) as Parts, this.#from)
  }
}
