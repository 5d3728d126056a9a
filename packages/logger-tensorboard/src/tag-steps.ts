/** The last step of a tag, and how often its steps have restarted. */
export type Progress = Readonly<Record<'step' | 'times', number>>

/**
 * Names tags so that no tag's steps go back within a run. TensorBoard would take later points of the
 * tag for those of a run that has died, and forget them.
 */
export class TagSteps {
  readonly #tags: Map<string, Progress>

  constructor(tags: Iterable<readonly [name: string, progress: Progress]> = []) {
    this.#tags = new Map(tags)
  }

  /** The tag for a value at a step: `name`, or `name (2)` if `name` is ahead of it already. */
  tagAt(name: string, step: number): string {
    const known = this.#tags.get(name) ?? { step, times: 1 }
    const times = step < known.step ? known.times + 1 : known.times
    this.#tags.set(name, { step, times })
    return times === 1 ? name : `${name} (${times})`
  }

  /** Whether a tag of that name has come further than a step. */
  isPast(name: string, step: number): boolean {
    return (this.#tags.get(name)?.step ?? step) > step
  }

  entries(): IterableIterator<[string, Progress]> {
    return this.#tags.entries()
  }
}
