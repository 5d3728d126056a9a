import type { Tensor } from '@tensorflow/tfjs-core'
import { valueAtHand } from '../data/containers.js'
import type { MetricLog } from '../metrics/metric-log.js'
import {
  type Comparison,
  isComparison,
  type StatefulMetric,
} from '../metrics/stateful-metrics.js'
import type { StepReport, StepReports } from '../plugins/step-runner.js'
import type { Session } from './session.js'

/** The part of a fit that takes reports. */
interface ReportedFit {
  readonly session: Pick<Session, 'log'>
  /** The metrics of the current epoch. */
  readonly epochLog: MetricLog
  checkLoss(loss: number): void
}

/** Takes what the forward passes of a fit report, and tells the follower. */
export class StepReporter implements StepReports {
  readonly #run: ReportedFit
  follower: StepReports['follower']
  /** The latest loss of `optimize`, if it can be read without waiting. */
  lossValue: number | undefined

  constructor(run: ReportedFit) {
    this.#run = run
  }

  /** Checks the loss of a manual step. @throws REG_LOSS_NOT_FINITE */
  loss(value: Tensor): void {
    this.lossValue = valueAtHand(value)
    if (this.lossValue !== undefined) this.#run.checkLoss(this.lossValue)
    if (this.follower) this.follower({ kind: 'loss', value })
  }

  /** What stateful metrics compare: parts of a comparison are reported one after the other. */
  readonly #metrics = new Map<string, StatefulMetric>()
  #predictions: Tensor | undefined

  /** Logs a value that a step returned. @throws REG_LOG_INVALID, REG_BATCH_SIZE, REG_LOSS_NOT_FINITE */
  returned(name: string, value: unknown): void {
    this.#run.epochLog.returned(name, value)
    if (isComparison(value)) this.#compared(name, value)
    else if (this.follower) this.follower({ kind: 'returned', name, value })
  }

  #compared(name: string, { metric, predictions, targets }: Comparison): void {
    this.#metrics.set(name, metric)
    this.follower?.({ kind: 'predictions', name, value: predictions })
    this.follower?.({ kind: 'targets', name, value: targets })
  }

  report(report: StepReport): void {
    if (report.kind === 'loss') this.loss(report.value)
    else if (report.kind === 'returned') this.returned(report.name, report.value)
    else if (report.kind === 'predictions') this.#predictions = report.value
    else if (report.kind === 'targets') this.#compareAgain(report.name, report.value)
    else if (report.kind === 'logged')
      this.#run.session.log(report.name, report.value, report.options)
  }

  #compareAgain(name: string, targets: Tensor): void {
    const [metric, predictions] = [this.#metrics.get(name), this.#predictions]
    if (metric && predictions) this.returned(name, { metric, predictions, targets })
  }
}
