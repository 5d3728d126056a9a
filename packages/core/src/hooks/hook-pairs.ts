import { type LifecycleName, lifecycle, startNames } from './lifecycle.js'

/** A tap of a start hook. */
export interface StartTap {
  readonly hook: string
  /** Whose it is: owner and name. */
  readonly tapper: string
  /** Its place among all of them: the smaller comes first, of equal ones that which was added first. */
  readonly order: number
}

/** Remembers where a start hook failed, so that its end is called only for those that have begun. */
export class HookPairs {
  readonly #startTaps: StartTap[] = []
  /** By start hook that failed and has not been ended: those that came behind the tap that threw. */
  readonly #notBegun = new Map<string, ReadonlySet<string>>()

  /** Takes note of a tap. @returns it, where the hook is a start */
  add(hook: LifecycleName, tapper: string, order: number): StartTap | undefined {
    if (!startNames.has(hook)) return undefined
    const tap = { hook, tapper, order }
    this.#startTaps.push(tap)
    return tap
  }

  /** A tap of a start threw: whoever comes behind it has not begun. */
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

  /** Whether somebody taps the start of this end, which failed before they had their turn. */
  hasNotBegun(end: LifecycleName, tapper: string): boolean {
    if (this.#notBegun.size === 0) return false
    const { start } = lifecycle[end]
    return start !== undefined && this.#notBegun.get(start)?.has(tapper) === true
  }

  /** An end has been called. */
  end(end: LifecycleName): void {
    const { start } = lifecycle[end]
    if (start !== undefined) this.#notBegun.delete(start)
  }
}
