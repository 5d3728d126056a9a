import { fail } from '../floor/errors.js'

/** Where a metric is collected. */
export type MetricSource = 'training' | 'validation' | 'test'

/** The names under which a metric is reported: as logged, per step and per epoch. */
export type ReportedNames = Readonly<Record<'name' | 'stepName' | 'epochName', string>>

const POSITION = 'log records and history rows say with it where a value comes from'
/**
 * Names that no metric may have, and why: those that locate a value, the one that a step returns besides
 * its metrics, and one that no plain object can hold.
 */
const RESERVED: ReadonlyMap<unknown, string> = new Map([
  ['epoch', POSITION],
  ['step', POSITION],
  ['batch', POSITION],
  ['samples', POSITION],
  ['validations', POSITION],
  ['stage', POSITION],
  ['time', POSITION],
  ['output', 'validationStep and testStep return under it what their hooks are given'],
  ['__proto__', 'no object of metrics can hold it'],
])

/** Checks that a metric may have this name. @throws REG_LOG_INVALID */
export function checkMetricName(name: unknown): asserts name is string {
  if (typeof name !== 'string' || name === '')
    fail('REG_LOG_INVALID.name', { metric: name })
  const reason = RESERVED.get(name)
  if (reason !== undefined) fail('REG_LOG_INVALID.reserved', { metric: name, reason })
}

type Owner = {
  readonly name: string
  readonly source: MetricSource
  readonly suffix: string
}

/**
 * The owners of the names under which a run reports its metrics. History rows, `result.metrics` and
 * `monitor` hold metrics of training and validation by name: two metrics of one name would replace each
 * other.
 */
export class MetricNames {
  readonly #owners = new Map<string, Owner>()

  /**
   * Claims the names of a metric.
   *
   * @param suffix what its loader appends to its name: `x/a` of loader `b` is not `x` of loader `a/b`
   * @throws REG_LOG_INVALID if another metric has one of them
   */
  claim(
    { name, stepName, epochName }: ReportedNames,
    source: MetricSource,
    suffix = '',
  ): void {
    const names = new Set([name, stepName, epochName])
    for (const taken of names) {
      const owner = this.#owners.get(taken)
      const isSame =
        owner?.name === name && owner.source === source && owner.suffix === suffix
      if (!owner || isSame) continue
      const { name: other, source: otherSource } = owner
      fail('REG_LOG_INVALID.taken', { metric: name, source, taken, other, otherSource })
    }
    for (const claimed of names) this.#owners.set(claimed, { name, source, suffix })
  }
}
