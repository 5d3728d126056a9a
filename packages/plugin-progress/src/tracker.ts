import type { Metrics } from '@regimen/core'
import { type BarState, barLine, plainLine } from './bar-line.js'
import { plainDelayMs } from './plain-schedule.js'
import { nextRate, type Rate, resumeRate, secondsLeft, startRate } from './rate.js'
import type { Region } from './screen.js'
import { byOrigin } from './shown-names.js'
import type { Terminal } from './terminal.js'

/** What begins. */
export interface Begin {
  readonly label: string
  readonly done: number
  /** `undefined` where nobody knows. */
  readonly total: number | undefined
}

/** Follows one thing under way at a time: as a bar, or as a line now and then. */
export class Tracker {
  /** `performance.now()` before which nothing is to be shown: all that a batch has to look at. */
  dueAt = Number.POSITIVE_INFINITY
  readonly #terminal: Terminal
  #values = new Map<string, number>()
  #region: Region | undefined
  #begin: Begin | undefined
  #rate: Rate = startRate(0, 0)
  #done = 0
  #lines = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  get isOpen(): boolean {
    return this.#begin !== undefined
  }

  /** Begins anew; a bar is drawn at once. */
  begin(begin: Begin): void {
    this.close()
    const now = performance.now()
    this.#begin = begin
    this.#rate = startRate(now, begin.done)
    this.#done = begin.done
    this.#lines = 0
    this.#values = new Map()
    this.#schedule(now)
    if (this.#terminal.hasBars) this.#region = this.#terminal.screen.open()
    this.#draw()
  }

  /** Shows how far it is, with the metrics that were logged for it. To be called when due. */
  look(done: number, now: number, metrics: Metrics | undefined): void {
    if (!this.#begin) return
    this.#rate = nextRate(this.#rate, now, done)
    this.#done = done
    const reads = metrics ? this.#read(metrics) : []
    this.#lines++
    this.#schedule(now)
    if (reads.length === 0) {
      this.#show()
      return
    }
    const begin = this.#begin
    const show = (): void => {
      if (this.#begin === begin) this.#show()
    }
    Promise.all(reads).then(show, show)
  }

  /** Draws the bar as far as it has come, and stops the clock: something else goes on now. */
  pause(done: number): void {
    if (!this.#begin) return
    this.#rate = nextRate(this.#rate, performance.now(), done)
    this.#done = done
    this.#draw()
  }

  /** Goes on after a pause. */
  resume(): void {
    const now = performance.now()
    this.#rate = resumeRate(this.#rate, now)
    if (this.#begin) this.#schedule(now)
  }

  /** Draws the bar for the last time and takes it away. */
  end(done: number): void {
    if (this.#begin && done !== this.#done) this.pause(done)
    this.close()
  }

  /** Takes the bar away as it is. May be called twice. */
  close(): void {
    this.dueAt = Number.POSITIVE_INFINITY
    this.#begin = undefined
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
    if (!this.#begin) return undefined
    const { label, total: announced } = this.#begin
    const done = this.#done
    const total = announced !== undefined && done > announced ? undefined : announced
    const left = done === total ? undefined : secondsLeft(this.#rate, done, total)
    const { perSecond } = this.#rate
    return { label, done, total, perSecond, secondsLeft: left, metrics: [...this.#values] }
  }
}
