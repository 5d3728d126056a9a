import type { Metrics } from '@regimen/core'
import { type BarState, barLine, plainLine } from './lines.js'
import { nextRate, type Rate, resumeRate, secondsLeft, startRate } from './rate.js'
import type { Region } from './screen.js'
import { byOrigin } from './shown-metrics.js'
import type { Terminal } from './terminal.js'

/** What a bar follows: an epoch, or the batches of one loader. */
export interface Task {
  readonly label: string
  readonly done: number
  /** `undefined` if it is not known. */
  readonly total: number | undefined
}

/** Shows how far one task is: as a bar, or as a line now and then. */
export class Tracker {
  /** The `performance.now()` of the next redraw: the only thing that a batch compares. */
  dueAt = Number.POSITIVE_INFINITY
  readonly #terminal: Terminal
  #values = new Map<string, number>()
  #region: Region | undefined
  #task: Task | undefined
  #rate: Rate = startRate(0, 0)
  #done = 0
  #lines = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  get isOpen(): boolean {
    return this.#task !== undefined
  }

  /** Begins a task, in place of the one before; a bar is drawn at once. */
  begin(task: Task): void {
    this.close()
    const now = performance.now()
    this.#task = task
    this.#rate = startRate(now, task.done)
    this.#done = task.done
    this.#lines = 0
    this.#values = new Map()
    this.#schedule(now)
    if (this.#terminal.hasBars) this.#region = this.#terminal.screen.open()
    this.#draw()
  }

  /** Shows how far the task is, with the metrics that were logged for it. To be called when due. */
  update(done: number, now: number, metrics: Metrics | undefined): void {
    if (!this.#task) return
    this.#rate = nextRate(this.#rate, now, done)
    this.#done = done
    const reads = metrics ? this.#read(metrics) : []
    this.#lines++
    this.#schedule(now)
    if (reads.length === 0) {
      this.#show()
      return
    }
    const task = this.#task
    const show = (): void => {
      if (this.#task === task) this.#show()
    }
    Promise.all(reads).then(show, show)
  }

  /** Draws the bar as far as it has come, and stops the clock while something else runs. */
  pause(done: number): void {
    if (!this.#task) return
    this.#rate = nextRate(this.#rate, performance.now(), done)
    this.#done = done
    this.#draw()
  }

  /** Starts the clock again after a pause. */
  resume(): void {
    const now = performance.now()
    this.#rate = resumeRate(this.#rate, now)
    if (this.#task) this.#schedule(now)
  }

  /** Draws the bar for the last time and takes it away. */
  end(done: number): void {
    if (this.#task && done !== this.#done) this.pause(done)
    this.close()
  }

  /** Takes the bar away as it is. May be called twice. */
  close(): void {
    this.dueAt = Number.POSITIVE_INFINITY
    this.#task = undefined
    this.#region?.close()
    this.#region = undefined
  }

  /** Reads what can be read without waiting; the rest is on its way. */
  #read(metrics: Metrics): Promise<void>[] {
    const reads: Promise<void>[] = []
    const values = this.#values
    for (const name of byOrigin(metrics.progress)) {
      const value = metrics.atHand(name)
      if (value !== undefined) values.set(name, value)
      else reads.push(metrics.get(name).then((late) => void values.set(name, late)))
    }
    return reads
  }

  #schedule(now: number): void {
    const { hasBars, refreshMs } = this.#terminal
    this.dueAt = now + (hasBars ? refreshMs : plainDelayMs(this.#lines, refreshMs))
  }

  #show(): void {
    const state = this.#state()
    if (state && !this.#terminal.hasBars) this.#terminal.screen.print(plainLine(state))
    this.#draw()
  }

  #draw(): void {
    const state = this.#state()
    const { style } = this.#terminal
    if (state) this.#region?.show((width) => [barLine(state, width, style)])
  }

  #state(): BarState | undefined {
    if (!this.#task) return undefined
    const { label, total: announced } = this.#task
    const done = this.#done
    const total = announced !== undefined && done > announced ? undefined : announced
    const left = done === total ? undefined : secondsLeft(this.#rate, done, total)
    const { perSecond } = this.#rate
    return {
      label,
      done,
      total,
      perSecond,
      secondsLeft: left,
      metrics: [...this.#values],
    }
  }
}

/** The longest wait, in intervals. */
const LONGEST_WAIT = 6

/**
 * Milliseconds until the next line if there is no terminal: the interval at first, then twice
 * and four times, at most six times that long, so that a log of a long epoch stays short.
 *
 * @param lines how many lines this epoch or evaluation has had
 */
export function plainDelayMs(lines: number, intervalMs: number): number {
  return intervalMs * Math.min(LONGEST_WAIT, 2 ** lines)
}
