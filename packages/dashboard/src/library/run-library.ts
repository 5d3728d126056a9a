import { resolve } from 'node:path'
import { Run } from './run.js'
import { findRuns, type Skipped } from './run-files.js'

/** Files that are read at the same time. */
const AT_ONCE = 8

/** What changed since the last look. */
export interface LibraryChange {
  /** Ids of runs that have more, or other, to show. */
  readonly changed: readonly string[]
  /** Ids of runs that are gone. */
  readonly removed: readonly string[]
}

/** All runs below a folder, kept up to date by {@link refresh}. */
export class RunLibrary {
  /** Absolute path of the folder. */
  readonly root: string
  readonly #runs = new Map<string, Run>()
  #skipped: readonly Skipped[] = []

  constructor(root: string) {
    this.root = resolve(root)
  }

  /** In the order of their names, `version_2` before `version_10`. */
  get runs(): readonly Run[] {
    return [...this.#runs.values()]
  }

  /** What was found and not read, with the reason. */
  get skipped(): readonly Skipped[] {
    return this.#skipped
  }

  get(id: string): Run | undefined {
    return this.#runs.get(id)
  }

  /** Looks for runs and reads what is new in each. @throws the system's error if the root cannot be read */
  async refresh(): Promise<LibraryChange> {
    const { runs, skipped } = await findRuns(this.root)
    this.#skipped = skipped
    const known = new Map(this.#runs)
    this.#runs.clear()
    for (const files of runs)
      this.#runs.set(files.id, known.get(files.id) ?? new Run(files))
    const removed = [...known.keys()].filter((id) => !this.#runs.has(id))
    const changed: string[] = []
    const waiting = [...this.#runs.values()]
    const readers = Array.from({ length: AT_ONCE }, async () => {
      for (let run = waiting.shift(); run; run = waiting.shift()) {
        if (await run.refresh()) changed.push(run.id)
      }
    })
    await Promise.all(readers)
    return { changed, removed }
  }
}
