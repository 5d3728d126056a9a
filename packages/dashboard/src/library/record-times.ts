import { GrowingNumbers } from '../curves/growing-numbers.js'
import { INTERVALS, type Series, SOURCES } from '../curves/series.js'

const [ZERO, COMMA, QUOTE] = [48, 44, 34]
const HEAD = Buffer.from('{"seq":')
const TIME = Buffer.from(',"t":')
/** How a line of a metric ends, by source and interval: `2 * source + interval`. */
const TAILS = SOURCES.flatMap((source) =>
  INTERVALS.map((interval) =>
    Buffer.from(`,"context":"${source}","interval":"${interval}"}`),
  ),
)
const STEP = Buffer.from('"step":')

/** When which steps of a source and interval were logged, in the order of the records. */
class Moments {
  readonly steps = new GrowingNumbers()
  readonly times = new GrowingNumbers()
  /** Places of each step, made once it is needed. */
  #places: Map<number, number[]> | undefined
  #indexed = 0

  push(step: number, time: number): void {
    const last = this.steps.length - 1
    // Values of one row have one time.
    if (last >= 0 && this.steps.view()[last] === step && this.times.view()[last] === time)
      return
    this.steps.push(step)
    this.times.push(time)
  }

  /** The first place of a step from a place on; -1 if there is none. */
  placeOf(step: number, from: number): number {
    if (this.steps.view()[from] === step) return from
    const places = this.#index().get(step) ?? []
    return places.find((place) => place >= from) ?? -1
  }

  #index(): Map<number, number[]> {
    this.#places ??= new Map()
    const steps = this.steps.view()
    for (; this.#indexed < steps.length; this.#indexed++) {
      const step = steps[this.#indexed] as number
      const known = this.#places.get(step)
      if (known) known.push(this.#indexed)
      else this.#places.set(step, [this.#indexed])
    }
    return this.#places
  }
}

/**
 * The times of metrics in a `metrics.jsonl`, which the table does not have. A run that was resumed logs some steps
 * twice, and a kill may leave lines that the table lacks: so a time is found by its step, never by its number.
 */
export class RecordTimes {
  #moments: Moments[] = TAILS.map(() => new Moments())
  /** The place after the one that the latest value of a series has. */
  #next = new WeakMap<Series, number>()

  reset(): void {
    this.#moments = TAILS.map(() => new Moments())
    this.#next = new WeakMap()
  }

  /** Takes the line of a metric. @returns whether it is one */
  take(bytes: Buffer, begin: number, end: number): boolean {
    const tail = TAILS.findIndex((one) => endsWith(bytes, one, end))
    if (tail === -1 || !startsAt(bytes, HEAD, begin)) return false
    const comma = afterDigits(bytes, begin + HEAD.length)
    if (!startsAt(bytes, TIME, comma)) return false
    const timeEnd = afterDigits(bytes, comma + TIME.length)
    if (bytes[timeEnd] !== COMMA) return false
    // Before the tail stand `"step":5,"epoch":0`, after a name and a value of any text.
    const epoch = bytes.lastIndexOf(COMMA, end - (TAILS[tail] as Buffer).length - 1)
    const step = bytes.lastIndexOf(QUOTE, epoch) - STEP.length + 2
    if (!startsAt(bytes, STEP, step) || afterDigits(bytes, step + STEP.length) !== epoch)
      return false
    const moments = this.#moments[tail] as Moments
    moments.push(
      numberAt(bytes, step + STEP.length, epoch),
      numberAt(bytes, comma + TIME.length, timeEnd),
    )
    return true
  }

  /** Gives the values of a series their times, those that have none yet. */
  stamp(series: Series): void {
    const { steps, times, source, interval } = series
    const place = 2 * SOURCES.indexOf(source) + INTERVALS.indexOf(interval)
    const moments = this.#moments[place] as Moments
    const all = steps.view()
    let next = times.length === 0 ? 0 : (this.#next.get(series) ?? 0)
    while (times.length < all.length) {
      const found = moments.placeOf(all[times.length] as number, next)
      times.push(found === -1 ? Number.NaN : (moments.times.view()[found] as number))
      if (found !== -1) next = found + 1
    }
    this.#next.set(series, next)
  }
}

function startsAt(bytes: Buffer, word: Buffer, place: number): boolean {
  if (place < 0) return false
  for (let at = 0; at < word.length; at++)
    if (bytes[place + at] !== word[at]) return false
  return true
}

const endsWith = (bytes: Buffer, word: Buffer, end: number): boolean =>
  startsAt(bytes, word, end - word.length)

function afterDigits(bytes: Buffer, start: number): number {
  let at = start
  while ((bytes[at] as number) >= ZERO && (bytes[at] as number) < ZERO + 10) at++
  return at
}

function numberAt(bytes: Buffer, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) value = 10 * value + (bytes[at] as number) - ZERO
  return value
}
