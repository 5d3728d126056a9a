import { Histogram } from './histogram.js'
import { type EvaluationKind, PHASES, type PhaseName } from './phases.js'
import { Row } from './row.js'
import { LOOP_TRACK, Stopwatch, type TraceSink } from './stopwatch.js'

/** How long whole training batches took, from `batchStart` to `batchEnd`. */
export interface StepTimes {
  readonly durations: Histogram
  readonly count: number
  readonly totalMs: number
  readonly firstMs: number
}

/**
 * Follows the loop through its hooks and tells a stopwatch what the loop does. What lies between two
 * batches is known only afterwards: data were waited for if a batch came, else it was the loop's.
 */
export class LoopClock {
  readonly stopwatch: Stopwatch
  readonly #phases: Readonly<Record<PhaseName, Row>>
  readonly #between = new Row('between')
  #betweenSince = 0
  #isInEpoch = false
  #isManual = false
  #stepSince = 0
  #steps = { durations: new Histogram(), count: 0, totalMs: 0, firstMs: 0 }

  constructor(trace?: TraceSink) {
    const rows = Object.keys(PHASES).map((name) => [name, new Row(name)])
    this.#phases = Object.fromEntries(rows) as Record<PhaseName, Row>
    this.stopwatch = new Stopwatch(this.#phases.preparation, trace)
  }

  get steps(): StepTimes {
    return this.#steps
  }

  /** The phases that took time, the hooks, and the plugins in them. */
  get rows(): Row[] {
    const phases = Object.values(this.#phases).filter(({ totalMs }) => totalMs > 0)
    return [...phases, ...this.stopwatch.hookRows]
  }

  /** A hook that changes nothing in what the loop does. */
  pass(hook: string): void {
    this.stopwatch.arrive(hook)
  }

  setup(isManual: boolean): void {
    this.stopwatch.arrive('setup')
    this.#isManual = isManual
  }

  sanityStart(): void {
    this.#enter('sanity check', this.stopwatch.arrive('sanityStart'))
  }

  sanityEnd(): void {
    this.#leave('sanity check', this.stopwatch.arrive('sanityEnd'), 'preparation')
  }

  fitStart(): void {
    this.stopwatch.arrive('fitStart')
    this.#prepared()
  }

  epochStart(): void {
    this.stopwatch.trace?.begin(LOOP_TRACK, 'epoch', this.stopwatch.arrive('epochStart'))
    this.#isInEpoch = true
    this.#waitForData()
  }

  epochEnd(): void {
    const now = this.stopwatch.arrive('epochEnd')
    this.#settle()
    this.#isInEpoch = false
    this.stopwatch.phase = this.#phases.loop
    this.stopwatch.trace?.end(LOOP_TRACK, now)
  }

  batchStart(): void {
    const now = this.stopwatch.arrive('batchStart')
    this.#gotData('data wait', now)
    this.stopwatch.phase = this.#around
    this.#stepSince = now
    this.stopwatch.trace?.begin(LOOP_TRACK, 'batch', now)
  }

  batchEnd(): void {
    const now = this.stopwatch.arrive('batchEnd')
    const steps = this.#steps
    const duration = now - this.#stepSince
    if (steps.count === 0) steps.firstMs = duration
    steps.count++
    steps.totalMs += duration
    steps.durations.add(duration)
    if (this.#isManual) this.#phases['training step'].close()
    this.stopwatch.trace?.end(LOOP_TRACK, now)
    this.#waitForData()
  }

  /** The heart of a step begins. */
  heartStart(): void {
    this.#enter('forward and loss', this.stopwatch.lap())
  }

  /** The loss is about to be computed, once more where a plugin takes the heart twice. */
  lossStart(): void {
    if (this.stopwatch.phase !== this.#phases.backward) return
    const now = this.stopwatch.lap()
    this.#leave('backward', now, 'forward and loss')
    this.#enter('forward and loss', now)
  }

  /** The loss is there; gradients are computed from here on. */
  lossEnd(): void {
    const now = this.stopwatch.lap()
    this.#leave('forward and loss', now, 'backward')
    this.#enter('backward', now)
  }

  /** The heart of a step has ended or thrown. */
  heartEnd(): void {
    const name = this.stopwatch.phase.name as PhaseName
    this.#leave(name, this.stopwatch.lap(), this.#around.name as PhaseName)
  }

  stepStart(): void {
    this.#enter('optimizer', this.stopwatch.arrive('stepStart'))
  }

  stepEnd(): void {
    const now = this.stopwatch.arrive('stepEnd')
    this.#leave('optimizer', now, this.#around.name as PhaseName)
  }

  evaluationStart(kind: EvaluationKind): void {
    const now = this.stopwatch.arrive(`${kind}Start`)
    this.#settle()
    this.#prepared()
    this.stopwatch.trace?.begin(LOOP_TRACK, kind, now)
    this.#waitForData()
  }

  evaluationBatchStart(kind: EvaluationKind): void {
    const now = this.stopwatch.arrive(`${kind}BatchStart`)
    this.#gotData(kind === 'predict' ? 'predict: data wait and caller' : `${kind}: data wait`, now)
    this.#enter(`${kind}: step`, now)
  }

  evaluationBatchEnd(kind: EvaluationKind): void {
    this.#leave(`${kind}: step`, this.stopwatch.arrive(`${kind}BatchEnd`), 'loop')
    this.#waitForData()
  }

  evaluationEnd(kind: EvaluationKind): void {
    const now = this.stopwatch.arrive(`${kind}End`)
    this.#settle(this.#phases[kind])
    this.#phases[kind].close()
    this.stopwatch.trace?.end(LOOP_TRACK, now)
    this.stopwatch.phase = this.#phases.loop
    if (this.#isInEpoch) this.#waitForData()
  }

  /** What lies between a validation in mid-epoch and its save is the loop's own. */
  save(): void {
    this.stopwatch.arrive('save')
    this.#settle()
    if (this.#isInEpoch) this.#waitForData()
  }

  /** The run is over. */
  end(): void {
    this.stopwatch.arrive('teardown')
    this.stopwatch.lap()
    this.#settle()
    this.#prepared()
  }

  /** What a batch does besides its heart and the optimizer: the module's own code where it steps itself. */
  get #around(): Row {
    return this.#isManual ? this.#phases['training step'] : this.#phases.loop
  }

  #prepared(): void {
    const { preparation, loop } = this.#phases
    if (this.stopwatch.phase !== preparation) return
    preparation.close()
    this.stopwatch.phase = loop
  }

  #enter(name: PhaseName, now: number): void {
    this.stopwatch.phase = this.#phases[name]
    this.stopwatch.trace?.begin(LOOP_TRACK, name, now)
  }

  #leave(name: PhaseName, now: number, next: PhaseName): void {
    this.#phases[name].close()
    this.stopwatch.phase = this.#phases[next]
    this.stopwatch.trace?.end(LOOP_TRACK, now)
  }

  #waitForData(): void {
    this.stopwatch.phase = this.#between
    this.#betweenSince = performance.now()
  }

  #gotData(name: PhaseName, now: number): void {
    this.#between.moveTo(this.#phases[name])
    this.#phases[name].close()
    this.stopwatch.trace?.begin(LOOP_TRACK, name, Math.min(this.#betweenSince, now))
    this.stopwatch.trace?.end(LOOP_TRACK, now)
  }

  /** No batch came: what lay between was not a wait. */
  #settle(owner: Row = this.#phases.loop): void {
    if (this.stopwatch.phase !== this.#between) return
    this.#between.moveTo(owner)
    this.stopwatch.phase = owner
  }
}
