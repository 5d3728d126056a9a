import type { LogOptions } from './log-options.js'
import type { MetricValue, StepContext } from './module.js'
import type { Run } from './run.js'
import type { Stage } from './run-state.js'

/** The context of steps, one object for a whole run: making one per step would cost more than the rest of the loop. */
export class MutableStepContext implements StepContext {
  readonly stage: Stage
  readonly training: boolean
  readonly signal: AbortSignal
  epoch = 0
  batch = 0
  step = 0
  loader: string | undefined
  readonly log: (name: string, value: MetricValue, options?: LogOptions) => void

  constructor(run: Run, training: boolean) {
    this.stage = run.stage
    this.training = training
    this.signal = run.latch.signal
    this.log = (name, value, options) => run.book.log(name, value, options)
  }
}
