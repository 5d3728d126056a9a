import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, ownHolder } from '@regimen/core/files'
import { AppendFile, replaceFile } from '@regimen/logger-kit/files'
import type { Archived } from './messages.js'
import { zipFolder } from './zip-folder.js'

/** `experiment.json` of Comet's offline archive. */
export interface ExperimentFile {
  readonly offline_id: string
  readonly project_name: string
  readonly workspace: string | null
  readonly start_time: number
  readonly stop_time: number
  readonly tags: readonly string[]
  readonly resume_strategy: 'create' | 'get' | 'get_or_create'
  readonly customer_error_reported: boolean
  readonly customer_error_message: string | null
}

/** Ends the name of a folder from which an archive is still to be made. */
export const PARTIAL = '.partial'
/** Who is writing; hidden, so that it does not get into the archive. */
export const OWNER = '.owner.json'
/** The archive that is being made of the folder; what is there under that name is complete. */
const TARGET = '.target'

/** The folder of one run in which the archive grows, so that a kill leaves everything there. */
export class Archive {
  readonly #folder: string
  readonly #messages: AppendFile
  readonly #about: ExperimentFile

  private constructor(folder: string, messages: AppendFile, about: ExperimentFile) {
    this.#folder = folder
    this.#messages = messages
    this.#about = about
  }

  /** Begins an archive in `parent`, which only its owner may read. */
  static async begin(parent: string, about: ExperimentFile): Promise<Archive> {
    const unique = randomBytes(4).toString('hex')
    const folder = join(parent, `${about.offline_id}-${unique}${PARTIAL}`)
    makeFolder(folder, { mode: 0o700 })
    await writeFile(join(folder, OWNER), JSON.stringify(ownHolder()), { mode: 0o600 })
    await writeAbout(folder, about)
    const messages = await AppendFile.create(join(folder, 'messages.json'))
    return new Archive(folder, messages, about)
  }

  /** Appends lines after the files that they name, all or none. */
  async append(entries: readonly Archived[]): Promise<void> {
    if (this.#messages.isTorn) await this.#messages.cut()
    for (const { file } of entries) {
      if (!file) continue
      const path = join(this.#folder, file.name)
      if ('path' in file.source) await copyFile(file.source.path, path)
      else await writeFile(path, file.source.text)
    }
    const lines = entries.map(({ message }) => `${JSON.stringify(message)}\n`)
    await this.#messages.append(Buffer.from(lines.join('')))
  }

  /** A sign of life, for those who cannot ask this process whether it lives. */
  async touch(now: number): Promise<void> {
    await utimes(join(this.#folder, OWNER), now / 1000, now / 1000)
  }

  /** Makes the zip and removes the folder. Gives the path of the zip. */
  async finish(end: Partial<ExperimentFile>): Promise<string> {
    await this.#messages.close()
    await writeAbout(this.#folder, { ...this.#about, ...end })
    return pack(this.#folder)
  }
}

/** Makes the archive of a run that was killed: a line that is torn is cut off. */
export async function finishAbandoned(folder: string): Promise<string> {
  const made = join(folder, TARGET)
  const target = existsSync(made) ? await readFile(made, 'utf8') : undefined
  if (target !== undefined && existsSync(target)) return withoutFolder(folder, target)
  const path = join(folder, 'messages.json')
  const lines = existsSync(path) ? await readFile(path) : Buffer.alloc(0)
  const whole = lines.lastIndexOf('\n') + 1
  if (whole < lines.length) await truncate(path, whole)
  const about = JSON.parse(await readFile(join(folder, 'experiment.json'), 'utf8'))
  const stop_time = Math.max(about.stop_time, lastTime(lines.subarray(0, whole)))
  await writeAbout(folder, { ...about, stop_time })
  return pack(folder)
}

/** `<key>.zip`; `<key>-<random>.zip` for what is added to an experiment later. */
async function pack(folder: string): Promise<string> {
  const stem = folder.slice(0, -PARTIAL.length)
  const plain = `${stem.slice(0, stem.lastIndexOf('-'))}.zip`
  const target = existsSync(plain) ? `${stem}.zip` : plain
  await writeFile(join(folder, TARGET), target)
  await zipFolder(folder, target)
  return withoutFolder(folder, target)
}

async function withoutFolder(folder: string, target: string): Promise<string> {
  await rm(folder, { recursive: true, force: true })
  return target
}

/** Comet's reader takes the first line only. */
async function writeAbout(folder: string, about: ExperimentFile): Promise<void> {
  await replaceFile(join(folder, 'experiment.json'), `${JSON.stringify(about)}\n`)
}

/** When the last of the lines was logged; 0 where none tells. */
function lastTime(lines: Buffer): number {
  const end = lines.subarray(-65_536).toString('utf8')
  const times = [...end.matchAll(/"local_timestamp":(\d+)/g)]
  return Number(times.at(-1)?.[1] ?? 0)
}
