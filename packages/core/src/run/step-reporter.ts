import type { Tensor } from '@tensorflow/tfjs-core'
import { valueAtHand } from '../data/containers.js'
import type { StepReport, StepReports } from '../plugins/step-runner.js'
import type { FitState } from './fit-state.js'

/** Takes what the forward passes of a fit report, and tells the follower. */
export class StepReporter implements StepReports {
  readonly #run: FitState
  follower: StepReports['follower']
  /** The latest loss of `optimize`, if it can be read without waiting. */
  lossValue: number | undefined

  constructor(run: FitState) {
    this.#run = run
  }

  /** Checks the loss of a manual step. @throws REG_LOSS_NOT_FINITE */
  loss(value: Tensor): void {
    this.lossValue = valueAtHand(value)
    if (this.lossValue !== undefined) this.#run.checkLoss(this.lossValue)
    if (this.follower) this.follower({ kind: 'loss', value })
  }

  /** Logs a value that a step returned. @throws REG_LOG_INVALID, REG_BATCH_SIZE, REG_LOSS_NOT_FINITE */
  returned(name: string, value: unknown): void {
    this.#run.epochLog.returned(name, value)
    if (this.follower) this.follower({ kind: 'returned', name, value })
  }

  report(report: StepReport): void {
    if (report.kind === 'loss') this.loss(report.value)
    else if (report.kind === 'returned') this.returned(report.name, report.value)
    else this.#run.session.log(report.name, report.value, report.options)
  }
}
