import type { Json, PluginContext, Reporter, Snapshot } from '@regimen/core'
import { fileOf, RunFolder } from './run-folder.js'
import { SaveQueue } from './save-queue.js'
import { type CheckpointInfo, packSnapshot } from './snapshot-file.js'
import { type CheckpointStore, isNaNError } from './store.js'

/** A state that is to be written. */
export interface Save {
  readonly snapshot: Snapshot
  readonly info: CheckpointInfo
  /** Names in the run's folder. */
  readonly files: readonly string[]
  /** Names in the folder that are to go once the new ones are safe. */
  readonly dropped: readonly string[]
  /** Called if the weights hold NaN, so that nothing was written. */
  readonly refused: () => void
}

/** Writes the states of one run to its folder, in the background. */
export class SaveWriter {
  readonly #store: CheckpointStore
  readonly #prefix: string
  readonly #report: Reporter
  readonly #services: PluginContext['services']
  readonly #queue = new SaveQueue()
  #folder: RunFolder | undefined

  constructor(
    store: CheckpointStore,
    prefix: string,
    { report, services }: Pick<PluginContext, 'report' | 'services'>,
  ) {
    this.#store = store
    this.#prefix = prefix
    this.#report = report
    this.#services = services
  }

  /** The folder of the run, once there is one. */
  get folder(): string | undefined {
    return this.#folder?.path
  }

  /** Goes on in a folder. */
  continueIn(folder: RunFolder): void {
    this.#folder = folder
  }

  /** Makes the folder of a new run. @returns false if there is one @throws REG_CHECKPOINT_WRITE */
  async openFolder(config: Json | undefined): Promise<boolean> {
    if (this.#folder) return false
    this.#folder = await RunFolder.claim(this.#store, this.#prefix)
    if (config !== undefined) await this.#folder.writeJson('config.json', config)
    return true
  }

  /** To be called before the tensors are copied: see {@link SaveQueue.makeRoom}. */
  makeRoom(isReplacing: boolean): Promise<void> {
    return this.#queue.makeRoom(isReplacing)
  }

  /** Takes a save that there is room for. */
  push(save: Save): void {
    const { snapshot, info, files, dropped } = save
    const folder = this.#folder as RunFolder
    this.#noteLogs(folder)
    const job = { info, content: packSnapshot(snapshot, info), files, dropped }
    this.#queue.push({
      isReplaceable: files.length === 1 && files[0] === fileOf('last'),
      run: async () => {
        try {
          await folder.save(job)
        } catch (thrown) {
          if (!isNaNError(thrown)) throw thrown
          const text = `The weights hold NaN after step ${info.step}: they are not saved`
          this.#report.warn(`${text}, and what was saved before stays.`)
          save.refused()
        }
      },
    })
  }

  /** Waits until all is written. @throws REG_CHECKPOINT_WRITE */
  drain(): Promise<void> {
    return this.#queue.drain()
  }

  /** Writes a state at once, whatever became of others. @throws REG_CHECKPOINT_WRITE, NaNError */
  async writeNow(snapshot: Snapshot, info: CheckpointInfo, file: string): Promise<void> {
    const content = packSnapshot(snapshot, info)
    const folder = this.#folder as RunFolder
    this.#noteLogs(folder)
    await folder.save({ info, content, files: [file], dropped: [] })
  }

  /** So that whoever lists runs knows whose checkpoints these are. */
  #noteLogs({ logs }: RunFolder): void {
    for (const logger of this.#services('logger')) {
      const { runId } = logger as { readonly runId?: unknown }
      if (typeof runId === 'string') logs.add(runId)
    }
  }
}
