import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  copyFile,
  lstat,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { type Holder, isHolderAlive, makeFolder, ownHolder } from '@regimen/core/files'
import { AppendFile, replaceFile } from '@regimen/logger-kit/files'
import { messageOf } from '@regimen/logger-kit/writer'
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
  readonly #experiment: ExperimentFile

  private constructor(folder: string, messages: AppendFile, experiment: ExperimentFile) {
    this.#folder = folder
    this.#messages = messages
    this.#experiment = experiment
  }

  /** Begins an archive in `parent`, which only its owner may read. */
  static async begin(parent: string, experiment: ExperimentFile): Promise<Archive> {
    const unique = randomBytes(4).toString('hex')
    const folder = join(parent, `${experiment.offline_id}-${unique}${PARTIAL}`)
    makeFolder(folder, { mode: 0o700 })
    await writeFile(join(folder, OWNER), JSON.stringify(ownHolder()), { mode: 0o600 })
    await writeExperiment(folder, experiment)
    const messages = await AppendFile.create(join(folder, 'messages.json'))
    return new Archive(folder, messages, experiment)
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
    await writeExperiment(this.#folder, { ...this.#experiment, ...end })
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
  const experiment = JSON.parse(await readFile(join(folder, 'experiment.json'), 'utf8'))
  const stop_time = Math.max(experiment.stop_time, lastTime(lines.subarray(0, whole)))
  await writeExperiment(folder, { ...experiment, stop_time })
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
async function writeExperiment(
  folder: string,
  experiment: ExperimentFile,
): Promise<void> {
  await replaceFile(join(folder, 'experiment.json'), `${JSON.stringify(experiment)}\n`)
}

/** When the last of the lines was logged; 0 if none says so. */
function lastTime(lines: Buffer): number {
  const end = lines.subarray(-65_536).toString('utf8')
  const times = [...end.matchAll(/"local_timestamp":(\d+)/g)]
  return Number(times.at(-1)?.[1] ?? 0)
}

/**
 * Makes archives of runs that were killed before they could: of folders whose process is gone, or gives
 * no sign of life. Anybody may have put a folder there: one with anything but files in it is left alone,
 * since a link would be written through, and what it leads to would get into the archive.
 *
 * @param onLeft called with each folder of which none can be made, and why
 */
export async function finishAllAbandoned(
  parent: string,
  onLeft: (folder: string, reason: string) => void = () => {},
): Promise<string[]> {
  const names = await readdir(parent).catch((): string[] => [])
  const made: string[] = []
  for (const name of names.filter((found) => found.endsWith(PARTIAL))) {
    const folder = join(parent, name)
    const reason = await whyNot(folder)
    if (reason !== undefined) onLeft(folder, reason)
    else if (await isAbandoned(folder)) {
      try {
        made.push(await finishAbandoned(folder))
      } catch (thrown) {
        onLeft(folder, messageOf(thrown))
      }
    }
  }
  return made
}

async function whyNot(folder: string): Promise<string | undefined> {
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory())
    return 'it is no folder'
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const other = entries.find((entry) => !entry.isFile())
  return other && `"${other.name}" in it is no file`
}

async function isAbandoned(folder: string): Promise<boolean> {
  try {
    const path = join(folder, OWNER)
    const [text, { mtimeMs }] = [await readFile(path, 'utf8'), await stat(path)]
    return !isHolderAlive(JSON.parse(text) as Holder, mtimeMs)
  } catch {
    return false
  }
}
