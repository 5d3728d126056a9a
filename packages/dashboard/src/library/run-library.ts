import { resolve, sep } from 'node:path'
import { checkpointsOf } from './checkpoint-files.js'
import { CheckpointFolder } from './checkpoint-folder.js'
import { Run } from './run.js'
import { type FoundRuns, findRuns, type Skipped } from './run-files.js'

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
  #checkpoints = new Map<string, CheckpointFolder>()

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
    const { runs, skipped, checkpoints } = await findRuns(this.root)
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
    const withOthers = await this.#refreshCheckpoints(checkpoints)
    return { changed: [...new Set([...changed, ...withOthers])], removed }
  }

  /** Folders of checkpoints that a run wrote to, or that lie in its folder. */
  checkpointFolders(id: string): CheckpointFolder[] {
    const run = this.get(id)
    return run ? [...this.#checkpoints.values()].filter((one) => belongsTo(one, run)) : []
  }

  /** The runs that have checkpoints in a folder. */
  runsOf(folder: CheckpointFolder): Run[] {
    return this.runs.filter((run) => belongsTo(folder, run))
  }

  /** The folder of checkpoints with a path below the root. */
  folderOf(id: string): CheckpointFolder | undefined {
    return this.#checkpoints.get(id)
  }

  /** @returns ids of runs whose checkpoints changed */
  async #refreshCheckpoints(found: FoundRuns['checkpoints']): Promise<string[]> {
    const known = this.#checkpoints
    this.#checkpoints = new Map()
    for (const { id, folder } of found)
      this.#checkpoints.set(id, known.get(id) ?? new CheckpointFolder(id, folder))
    await Promise.all([...this.#checkpoints.values()].map((one) => one.refresh()))
    return this.runs.flatMap((run) => {
      const now = checkpointsOf(this.checkpointFolders(run.id))
      const isSame = JSON.stringify(now) === JSON.stringify(run.checkpoints)
      run.checkpoints = now
      return isSame ? [] : [run.id]
    })
  }
}

function belongsTo({ folder, logs }: CheckpointFolder, { runId, files }: Run): boolean {
  const isNamed = runId !== undefined && logs.includes(runId)
  return isNamed || folder === files.folder || folder.startsWith(files.folder + sep)
}
