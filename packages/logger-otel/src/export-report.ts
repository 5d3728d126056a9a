import type { Reporter } from '@regimen/core'
import type { Redactor } from '@regimen/logger-kit'
import type { Signal } from './destination.js'
import type { ExportWatch } from './exporters.js'

/** What became of the spans of a run that are sent by this plugin. */
export interface Counts {
  /** Spans that have ended, and that the sampler keeps. */
  readonly ended: number
  /** Spans that the collector has taken. */
  readonly exported: number
  /** Spans that it has refused, or never answered for. */
  readonly failed: number
}

/** Counts what is exported, and says once that a collector does not take it. */
export class ExportReport {
  readonly #report: Reporter
  readonly #redactor: Redactor
  #ended = 0
  #exported = 0
  #failed = 0
  #isSaid = false
  #isNoted = false
  /** Where exports go, without paths. */
  readonly #origins = new Set<string>()

  constructor(report: Reporter, redactor: Redactor) {
    this.#report = report
    this.#redactor = redactor
  }

  get counts(): Counts {
    return { ended: this.#ended, exported: this.#exported, failed: this.#failed }
  }

  ended(): void {
    this.#ended++
  }

  /** What watches exports of a signal to an address. */
  watch(signal: Signal, url: string): ExportWatch {
    const isTraces = signal === 'traces'
    const { origin } = new URL(url)
    this.#origins.add(origin)
    return {
      taken: (items) => {
        if (isTraces) this.#exported += items
      },
      failed: (items, error) => {
        if (isTraces) this.#failed += items
        this.#warnOnce(`${origin} does not take ${signal}: ${reasonOf(error)}`)
      },
      refused: (items, message) => {
        if (isTraces) {
          this.#exported -= items
          this.#failed += items
        }
        const what = isTraces ? 'spans' : 'data points'
        if (items > 0) {
          this.#warnOnce(`${origin} refused ${items} ${what}: ${saidBy(message)}`)
        } else if (message)
          this.#noteOnce(`${origin} says of ${signal}: ${saidBy(message)}`)
      },
    }
  }

  /** The end of the run is over. @param isComplete whether all exports have ended by then */
  close(isComplete: boolean, deadlineMs: number): void {
    const lost = this.#ended - this.#exported
    const spans = `${lost} of ${this.#ended} spans`
    const origins = [...this.#origins].join(' and ')
    if (!isComplete)
      this.#warnOnce(
        `${origins} did not take ${spans}, or metrics, within ${deadlineMs} ms`,
      )
    else if (lost > 0)
      this.#warnOnce(`${origins} was not sent ${spans}, for which there was no room`)
  }

  /** What a collector says beside what it took. */
  #noteOnce(what: string): void {
    if (this.#isNoted) return
    this.#isNoted = true
    this.#report.info(this.#redactor.all(what))
  }

  #warnOnce(what: string): void {
    if (this.#isSaid) return
    this.#isSaid = true
    const text = `The collector gets less than there is, and the run goes on. ${what}.`
    this.#report.warn(this.#redactor.all(text))
  }
}

const LONGEST = 300

/** On one line, and not endless. */
function saidBy(message: string | undefined): string {
  const line = message?.replace(/\s+/g, ' ').trim() ?? ''
  if (line === '') return 'it does not say why'
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}

/** Without the body of an answer, which may repeat what was sent. */
function reasonOf(error: Error | undefined): string {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  const text = error?.message.trim() || 'it does not say why'
  return typeof code === 'number' ? `HTTP ${code} ${text}` : text
}
