import { lifecycle } from '@regimen/core'
import { Row } from './row.js'
import { LOOP_TRACK, Stopwatch, type TraceSink } from './stopwatch.js'

/** Phases of the loop, each with the part of the lifecycle that it comes after in the table. */
export const PHASES = {
  preparation: 'configure',
  'sanity check': 'sanityStart',
  'data wait': 'epochStart',
  'training step': 'batchStart',
  'replayed step': 'step',
  'forward and loss': 'step',
  backward: 'loss',
  optimizer: 'stepStart',
  'metric reads': 'batchEnd',
  'validation: data wait': 'validationStart',
  'validation: step': 'validationBatchStart',
  validation: 'validationBatchEnd',
  'test: data wait': 'testStart',
  'test: step': 'testBatchStart',
  test: 'testBatchEnd',
  'predict: data wait and caller': 'predictStart',
  'predict: step': 'predictBatchStart',
  predict: 'predictBatchEnd',
  loop: 'teardown',
} as const

/** The name of a phase of the loop. */
export type PhaseName = keyof typeof PHASES

/** Evaluations by the names of their hooks. */
export type EvaluationKind = 'validation' | 'test' | 'predict'

const order = Object.keys(lifecycle).flatMap((name) => [
  name,
  ...Object.entries(PHASES).flatMap(([phase, after]) => (after === name ? [phase] : [])),
])

/** Where a phase or hook stands in the table; unknown hooks come last. */
export function placeOf(name: string): number {
  const place = order.indexOf(name)
  return place < 0 ? order.length : place
}

/**
 * The phases of the loop on a stopwatch; exactly one is current at any time. What the time between two
 * batches was is known only afterwards: a wait for data if a batch came, else the loop's. Likewise what a step
 * was: its passes if the loss is computed, else a replay of both.
 */
export class PhaseTrack {
  readonly stopwatch: Stopwatch
  readonly phases: Readonly<Record<PhaseName, Row>>
  readonly #between = new Row('between')
  #betweenSince = 0
  readonly #step = new Row('step')
  #stepSince = 0
  #interrupted: Row | undefined

  constructor(trace?: TraceSink) {
    const rows = Object.keys(PHASES).map((name) => [name, new Row(name)])
    this.phases = Object.fromEntries(rows) as Record<PhaseName, Row>
    this.stopwatch = new Stopwatch(this.phases.preparation, trace)
  }

  /** A span that holds phases begins in the trace: an epoch, a batch, an evaluation. */
  open(name: string, now: number): void {
    this.stopwatch.trace?.begin(LOOP_TRACK, name, now)
  }

  /** It ends. */
  close(now: number): void {
    this.stopwatch.trace?.end(LOOP_TRACK, now)
  }

  /** Training or an evaluation begins: the preparation has ended. */
  prepared(): void {
    const { preparation, loop } = this.phases
    if (this.stopwatch.phase !== preparation) return
    preparation.close()
    this.stopwatch.phase = loop
  }

  enter(name: PhaseName, now: number): void {
    this.stopwatch.phase = this.phases[name]
    this.open(name, now)
  }

  leave(name: PhaseName, now: number, next: PhaseName): void {
    this.phases[name].close()
    this.stopwatch.phase = this.phases[next]
    this.close(now)
  }

  /** A step begins: forward and backward pass, or a replay of both. */
  beginStep(now: number): void {
    this.stopwatch.phase = this.#step
    this.#stepSince = now
  }

  /** What the step that began is, if that was unknown. @returns whether it was */
  knowStep(name: PhaseName): boolean {
    if (this.stopwatch.phase !== this.#step) return false
    this.#step.moveTo(this.phases[name])
    this.enter(name, this.#stepSince)
    return true
  }

  /** Either a batch or something else comes next. */
  waitForData(): void {
    this.stopwatch.phase = this.#between
    this.#betweenSince = performance.now()
  }

  /** A batch came: it was waited for. */
  gotData(name: PhaseName, now: number): void {
    this.#between.moveTo(this.phases[name])
    this.phases[name].close()
    this.open(name, Math.min(this.#betweenSince, now))
    this.close(now)
  }

  /** The loop waits for metrics from the device; the phase continues after it. */
  readStart(now: number): void {
    this.#interrupted = this.stopwatch.phase
    this.enter('metric reads', now)
  }

  /** It has them. */
  readEnd(now: number): void {
    if (!this.#interrupted) return
    this.phases['metric reads'].close()
    this.close(now)
    this.stopwatch.phase = this.#interrupted
    this.#interrupted = undefined
    this.#betweenSince = now
  }

  /** No batch came: what lay between was not a wait. */
  settle(owner: PhaseName = 'loop'): void {
    if (this.stopwatch.phase !== this.#between) return
    this.#between.moveTo(this.phases[owner])
    this.stopwatch.phase = this.phases[owner]
  }
}
