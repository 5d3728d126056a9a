import { readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'
import { AppendFile } from '@regimen/logger-kit/files'
import { firstEvent } from './event.js'
import { tfRecords } from './tf-record.js'

const EVENT_FILE = /^events\.out\.tfevents\.(\d+)\./

/** One event file. It is only appended to: damage hides all records after it. */
export class EventFile {
  readonly #file: AppendFile

  private constructor(file: AppendFile) {
    this.#file = file
  }

  /**
   * A new file in a folder, with a name that sorts after the others: TensorBoard reads them by name.
   *
   * @param time milliseconds since 1970
   */
  static async create(folder: string, time: number): Promise<EventFile> {
    const seconds = Math.max(Math.floor(time / 1000), 1 + (await newestIn(folder)))
    const name = `events.out.tfevents.${String(seconds).padStart(10, '0')}`
    for (let number = 0; ; number++) {
      const path = join(folder, `${name}.${hostname()}.${process.pid}.${number}.v2`)
      const head = tfRecords([firstEvent(time)])
      const file = await AppendFile.create(path, head).catch(unless('EEXIST'))
      if (file) return new EventFile(file)
    }
  }

  get name(): string {
    return basename(this.#file.path)
  }

  /** Whether a write failed in the middle of a record, so that nothing may follow. */
  get isTorn(): boolean {
    return this.#file.isTorn
  }

  /** Appends whole events, in one write. */
  async append(events: readonly Uint8Array[]): Promise<void> {
    await this.#file.append(tfRecords(events))
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

/** Names of the event files of a folder, in the order in which TensorBoard reads them. */
export async function eventFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(unless('ENOENT'))
  return (names ?? []).filter((name) => EVENT_FILE.test(name)).sort()
}

/** When the latest event file of a folder was begun, in seconds; -1 without one. */
async function newestIn(folder: string): Promise<number> {
  const names = await eventFilesIn(folder)
  const times = names.map((name) => Number(EVENT_FILE.exec(name)?.[1]))
  return Math.max(-1, ...times)
}

/** Takes an error of one kind for nothing. */
function unless(code: string): (thrown: NodeJS.ErrnoException) => undefined {
  return (thrown) => {
    if (thrown.code !== code) throw thrown
  }
}
