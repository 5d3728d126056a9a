import { Histogram } from './histogram.js'

/** How long whole training batches took, from `batchStart` to `batchEnd`. */
export class StepTimes {
  readonly durations = new Histogram()
  count = 0
  totalMs = 0
  firstMs = 0

  add(ms: number): void {
    if (this.count++ === 0) this.firstMs = ms
    this.totalMs += ms
    this.durations.add(ms)
  }
}
