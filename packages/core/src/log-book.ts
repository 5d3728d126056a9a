import { RegimenError } from './errors.js'
import { valueAtHand } from './host-memory.js'
import type { LogOptions } from './log-options.js'
import { cellOptions, checkMetric } from './log-rules.js'
import { type CellOptions, readScalar } from './metric-cell.js'
import type { MetricLog } from './metric-log.js'
import type { MetricValue } from './module.js'
import { quote } from './nearest.js'

/** Metrics that a training step returned: one name for step and epoch. */
const RETURNED: CellOptions = {
  onStep: true,
  onEpoch: true,
  progress: false,
  reduce: 'mean',
  isPlain: true,
}
const RETURNED_LOSS: CellOptions = { ...RETURNED, progress: true }
const LOGGED_IN_TRAINING: CellOptions = { ...RETURNED, onEpoch: false, isPlain: false }
const IN_EVALUATION: CellOptions = { ...RETURNED, onStep: false, isPlain: false }

/** Where logged values go at the moment. */
type Scope =
  | { readonly kind: 'steps'; readonly log: MetricLog; readonly defaults: CellOptions }
  | { readonly kind: 'final'; readonly values: Map<string, number>; readonly progress: string[] }

/** Receives everything that is logged and knows where it belongs at the moment. */
export class LogBook {
  #scope: Scope | undefined
  #weight: number | undefined
  readonly #reads: Promise<void>[] = []

  /** From now on values belong to steps of training. */
  openTraining(log: MetricLog): void {
    this.#scope = { kind: 'steps', log, defaults: LOGGED_IN_TRAINING }
  }

  /** From now on values belong to batches of a validation or test. */
  openEvaluation(log: MetricLog): void {
    this.#scope = { kind: 'steps', log, defaults: IN_EVALUATION }
  }

  /** From now on values are added to metrics that are otherwise final. */
  openFinal(values: Map<string, number>, progress: string[]): void {
    this.#scope = { kind: 'final', values, progress }
  }

  close(): void {
    this.#scope = undefined
  }

  /** Says how many samples the current batch has, if that is known. */
  weigh(samples: number | undefined): void {
    this.#weight = samples
  }

  /** Takes a metric that a step returned. */
  returned(name: string, value: unknown): void {
    checkMetric(name, value)
    const scope = this.#scope
    if (scope?.kind !== 'steps') throw misplaced(name)
    const isTraining = scope.defaults === LOGGED_IN_TRAINING
    const options = isTraining ? (name === 'loss' ? RETURNED_LOSS : RETURNED) : IN_EVALUATION
    scope.log.take(name, value, this.#weightOf(name), options)
  }

  /** Takes a value from `ctx.log`. @throws REG_LOG_PLACE, REG_LOG_INVALID, REG_BATCH_SIZE */
  log(name: string, value: MetricValue, options: LogOptions = {}): void {
    checkMetric(name, value)
    const scope = this.#scope
    if (!scope) throw misplaced(name)
    if (scope.kind === 'final') {
      this.#logFinal(scope, name, value, options)
      return
    }
    const complete = cellOptions(name, options, scope.defaults)
    const isWeighted = complete.onEpoch && complete.reduce === 'mean'
    const weight = options.batchSize ?? (isWeighted ? this.#weightOf(name) : 1)
    scope.log.take(name, value, weight, complete)
  }

  /** Waits for values that were logged from the device into final metrics. */
  async settle(): Promise<void> {
    if (this.#reads.length > 0) await Promise.all(this.#reads.splice(0))
  }

  #logFinal(
    scope: Extract<Scope, { kind: 'final' }>,
    name: string,
    value: MetricValue,
    options: LogOptions,
  ): void {
    if (options.onStep) {
      throw new RegimenError(
        'REG_LOG_INVALID',
        `${quote(name)} was logged with onStep: true at the end of an epoch, where there is no step; leave it out.`,
      )
    }
    if (options.progress) scope.progress.push(name)
    const atHand = typeof value === 'number' ? value : valueAtHand(value)
    if (atHand !== undefined) {
      scope.values.set(name, atHand)
      return
    }
    const { values } = scope
    this.#reads.push(
      readScalar(value as Exclude<MetricValue, number>).then((read) => void values.set(name, read)),
    )
  }

  #weightOf(name: string): number {
    if (this.#weight !== undefined) return this.#weight
    throw new RegimenError(
      'REG_BATCH_SIZE',
      `The mean of ${quote(name)} over an epoch is weighted by batch size, which could not be inferred from the batch. Give batchSize to ctx.log, or batches that hold tensors or arrays.`,
    )
  }
}

function misplaced(name: string): RegimenError {
  return new RegimenError(
    'REG_LOG_PLACE',
    `${quote(name)} was logged where no metrics are collected. Log in a step, between batchStart and batchEnd, in validationBatchStart and validationBatchEnd, or in epochStart, epochEnd, validationEnd and testEnd.`,
  )
}
