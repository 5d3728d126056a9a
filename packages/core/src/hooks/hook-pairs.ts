import { type LifecycleName, lifecycle, startNames } from './lifecycle.js'

/** A tap of a start hook. */
export interface StartTap {
  readonly hook: string
  /** Owner and name of the tap. */
  readonly tapper: string
  /** Taps are called in ascending order; equal ones in the order in which they were added. */
  readonly order: number
}

/** Remembers where a start hook failed: its end is called only for taps that have begun. */
export class HookPairs {
  readonly #startTaps: StartTap[] = []
  /** For each start hook that failed and has not ended: the tappers after the one that threw. */
  readonly #notBegun = new Map<string, ReadonlySet<string>>()

  /** Registers a tap. @returns it, if the hook is a start */
  add(hook: LifecycleName, tapper: string, order: number): StartTap | undefined {
    if (!startNames.has(hook)) return undefined
    const tap = { hook, tapper, order }
    this.#startTaps.push(tap)
    return tap
  }

  /** A start tap threw: the taps after it have not begun. */
  fail(failed: StartTap): void {
    const taps = this.#startTaps.filter(({ hook }) => hook === failed.hook)
    taps.sort((a, b) => (a.order === b.order ? 0 : a.order - b.order))
    const place = taps.indexOf(failed)
    const begun = new Set(taps.slice(0, place + 1).map(({ tapper }) => tapper))
    const later = taps.slice(place + 1).map(({ tapper }) => tapper)
    this.#notBegun.set(failed.hook, new Set(later.filter((tapper) => !begun.has(tapper))))
  }

  /** Whether the start of this end failed, and the end has not been called yet. */
  hasFailedStart(end: LifecycleName): boolean {
    const { start } = lifecycle[end]
    return start !== undefined && this.#notBegun.has(start)
  }

  /** Whether a tapper also taps the start of this end, but the start failed before its turn. */
  hasNotBegun(end: LifecycleName, tapper: string): boolean {
    if (this.#notBegun.size === 0) return false
    const { start } = lifecycle[end]
    return start !== undefined && this.#notBegun.get(start)?.has(tapper) === true
  }

  /** Called when an end hook has been called. */
  end(end: LifecycleName): void {
    const { start } = lifecycle[end]
    if (start !== undefined) this.#notBegun.delete(start)
  }
}
