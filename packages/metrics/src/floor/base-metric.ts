import { RegimenError } from '@regimen/core'
import { refuse } from './fault.js'
import type { Metric, MetricState } from './metric.js'
import type { Pending } from './pending.js'

/** What all metrics have in common: they count batches, and nothing can be computed from none. */
export abstract class BaseMetric<Value, Prediction, Target>
  implements Metric<Value, Prediction, Target>
{
  notice: string | undefined
  #updates = 0

  constructor(readonly name: string) {}

  get updates(): number {
    return this.#updates
  }

  update(predictions: Prediction, targets?: Target): void {
    if (this.take(predictions, targets)) this.#updates++
  }

  async compute(): Promise<Value> {
    if (this.#updates === 0)
      refuse(
        this.name,
        'there is no value before the first batch: call update() first, or look why there were no batches.',
      )
    await this.pending?.flush()
    this.notice = undefined
    return this.value()
  }

  reset(): void {
    this.pending?.clear()
    this.#updates = 0
    this.notice = undefined
    this.clear()
  }

  state(): MetricState {
    this.pending?.flushNow()
    return { kind: this.kind, updates: this.#updates, values: this.save() }
  }

  restore({ kind, updates, values }: MetricState): void {
    if (kind !== this.kind)
      throw new RegimenError(
        'REG_STATE_INVALID',
        `${this.name}: the saved state is of ${kind}; expected ${this.kind}. Make the metric with the options that it was saved with.`,
        { data: { owner: this.name, found: kind, expected: this.kind } },
      )
    this.reset()
    this.load(values)
    this.#updates = updates
  }

  abstract fresh(): Metric<Value, Prediction, Target>

  /** Name and what the saved values depend on: `f1 of 10 classes`. */
  protected abstract readonly kind: string
  /** What is still on the device. */
  protected abstract readonly pending: Pending | undefined
  /** Takes a batch. Returns whether there was anything in it. */
  protected abstract take(predictions: Prediction, targets: Target | undefined): boolean
  protected abstract value(): Value
  protected abstract clear(): void
  protected abstract save(): readonly number[]
  protected abstract load(values: readonly number[]): void
}
