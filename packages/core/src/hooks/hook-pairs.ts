/** A tap of a start hook: whose it is (`tapper`: owner and name), and its place among all of them. */
export interface StartTap {
  readonly hook: string
  readonly tapper: string
  /** Smaller comes first; of equal ones that which was added first. */
  readonly order: number
}

/** The start of an end hook, `epochStart` of `epochEnd`; `undefined` for all other hooks. */
export const startOf = (hook: string): string | undefined =>
  hook.endsWith('End') ? `${hook.slice(0, -'End'.length)}Start` : undefined

/** Remembers where a start hook failed, so that only those are told of the end that have begun. */
export class HookPairs {
  readonly #startTaps: StartTap[] = []
  /** By start hook that failed and has not been ended: those that came behind the tap that threw. */
  readonly #notBegun = new Map<string, ReadonlySet<string>>()

  /** Takes note of a tap. @returns it, where the hook is a start */
  add(hook: string, tapper: string, order: number): StartTap | undefined {
    if (!hook.endsWith('Start')) return undefined
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

  /** Whether a start hook failed and its end has not been called yet. */
  hasFailed(start: string | undefined): boolean {
    return start !== undefined && this.#notBegun.has(start)
  }

  /** Whether somebody taps a start hook that failed before they had their turn. */
  hasNotBegun(start: string, tapper: string): boolean {
    return this.#notBegun.size > 0 && this.#notBegun.get(start)?.has(tapper) === true
  }

  /** The end of a start has been called. */
  end(start: string | undefined): void {
    if (start !== undefined) this.#notBegun.delete(start)
  }
}
