import { Histogram } from './histogram.js'
import { type EvaluationKind, type PhaseName, PhaseTrack } from './phases.js'
import type { Row } from './row.js'
import type { Stopwatch, TraceSink } from './stopwatch.js'

/** How long whole training batches took, from `batchStart` to `batchEnd`. */
class StepTimes {
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

/** Follows the loop through its hooks: which phase is current. */
export class LoopClock {
  readonly stopwatch: Stopwatch
  readonly steps = new StepTimes()
  readonly #track: PhaseTrack
  readonly #phases: Readonly<Record<PhaseName, Row>>
  #isInEpoch = false
  #isManual = false
  #stepSince = 0

  constructor(trace?: TraceSink) {
    this.#track = new PhaseTrack(trace)
    this.stopwatch = this.#track.stopwatch
    this.#phases = this.#track.phases
  }

  /** The phases that took time, the hooks, and the plugins in them. */
  get rows(): Row[] {
    const phases = Object.values(this.#phases).filter(({ totalMs }) => totalMs > 0)
    return [...phases, ...this.stopwatch.hookRows]
  }

  /** A hook after which the phase stays the same. */
  pass(hook: string): void {
    this.stopwatch.arrive(hook)
  }

  setup(isManual: boolean): void {
    this.stopwatch.arrive('setup')
    this.#isManual = isManual
  }

  sanityStart(): void {
    this.#track.enter('sanity check', this.stopwatch.arrive('sanityStart'))
  }

  sanityEnd(): void {
    this.#track.leave('sanity check', this.stopwatch.arrive('sanityEnd'), 'preparation')
  }

  fitStart(): void {
    this.stopwatch.arrive('fitStart')
    this.#track.prepared()
  }

  epochStart(): void {
    this.#track.open('epoch', this.stopwatch.arrive('epochStart'))
    this.#isInEpoch = true
    this.#track.waitForData()
  }

  epochEnd(): void {
    const now = this.stopwatch.arrive('epochEnd')
    this.#track.settle()
    this.#isInEpoch = false
    this.stopwatch.phase = this.#phases.loop
    this.#track.close(now)
  }

  batchStart(): void {
    const now = this.stopwatch.arrive('batchStart')
    this.#track.gotData('data wait', now)
    this.stopwatch.phase = this.#restOfBatch
    this.#stepSince = now
    this.#track.open('batch', now)
  }

  batchEnd(): void {
    const now = this.stopwatch.arrive('batchEnd')
    this.steps.add(now - this.#stepSince)
    if (this.#isManual) this.#phases['training step'].close()
    this.#track.close(now)
    this.#track.waitForData()
  }

  /** A step begins. */
  passesStart(): void {
    this.#track.beginStep(this.stopwatch.lap())
  }

  /** The loss is about to be computed, again if a plugin runs the passes twice. */
  lossStart(): void {
    const now = this.stopwatch.lap()
    if (this.#track.knowStep('forward and loss')) return
    if (this.stopwatch.phase !== this.#phases.backward) return
    this.#track.leave('backward', now, 'forward and loss')
    this.#track.enter('forward and loss', now)
  }

  /** The loss is there; gradients are computed from here on. */
  lossEnd(): void {
    const now = this.stopwatch.lap()
    this.#track.leave('forward and loss', now, 'backward')
    this.#track.enter('backward', now)
  }

  /** A step has ended or thrown. If it did not compute the loss, it was replayed. */
  passesEnd(): void {
    const now = this.stopwatch.lap()
    this.#track.knowStep('replayed step')
    const name = this.stopwatch.phase.name as PhaseName
    this.#track.leave(name, now, this.#restOfBatch.name as PhaseName)
  }

  stepStart(): void {
    this.#track.enter('optimizer', this.stopwatch.arrive('stepStart'))
  }

  stepEnd(): void {
    const now = this.stopwatch.arrive('stepEnd')
    this.#track.leave('optimizer', now, this.#restOfBatch.name as PhaseName)
  }

  evaluationStart(kind: EvaluationKind): void {
    const now = this.stopwatch.arrive(`${kind}Start`)
    this.#track.settle()
    this.#track.prepared()
    this.#track.open(kind, now)
    this.#track.waitForData()
  }

  evaluationBatchStart(kind: EvaluationKind): void {
    const now = this.stopwatch.arrive(`${kind}BatchStart`)
    this.#track.gotData(
      kind === 'predict' ? 'predict: data wait and caller' : `${kind}: data wait`,
      now,
    )
    this.#track.enter(`${kind}: step`, now)
  }

  evaluationBatchEnd(kind: EvaluationKind): void {
    this.#track.leave(`${kind}: step`, this.stopwatch.arrive(`${kind}BatchEnd`), 'loop')
    this.#track.waitForData()
  }

  evaluationEnd(kind: EvaluationKind): void {
    const now = this.stopwatch.arrive(`${kind}End`)
    this.#track.settle(kind)
    this.#phases[kind].close()
    this.#track.close(now)
    this.stopwatch.phase = this.#phases.loop
    if (this.#isInEpoch) this.#track.waitForData()
  }

  /** The loop waits for metrics from the device. What a tap waits for is the plugin's. */
  readStart(): void {
    if (!this.stopwatch.isInTap) this.#track.readStart(this.stopwatch.lap())
  }

  readEnd(): void {
    if (!this.stopwatch.isInTap) this.#track.readEnd(this.stopwatch.lap())
  }

  /** The time between a validation in mid-epoch and its save is the loop's. */
  save(): void {
    this.stopwatch.arrive('save')
    this.#track.settle()
    if (this.#isInEpoch) this.#track.waitForData()
  }

  /** The run has ended. */
  end(): void {
    this.stopwatch.arrive('teardown')
    this.stopwatch.lap()
    this.#track.settle()
    this.#track.prepared()
  }

  /** What a batch does besides its passes and the optimizer: the module's code if it optimizes manually. */
  get #restOfBatch(): Row {
    return this.#isManual ? this.#phases['training step'] : this.#phases.loop
  }
}
