import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppendFile, replaceFile } from '@regimen/logger-kit/files'
import { FILE_HEADER, framed } from './framing.js'
import type { Media } from './media.js'

/** The folder of a run as W&B's offline mode has it: the log, and `files` that are uploaded. */
export class RunFolder {
  readonly path: string
  readonly #log: AppendFile

  private constructor(path: string, log: AppendFile) {
    this.path = path
    this.#log = log
  }

  /** Makes a new one, `offline-run-<time>-<id>`. @throws whatever the disk says */
  static async create(parent: string, id: string, now: number): Promise<RunFolder> {
    await mkdir(parent, { recursive: true })
    for (let second = Math.floor(now / 1000); ; second++) {
      const path = join(parent, `offline-run-${stampOf(second)}-${id}`)
      try {
        await mkdir(path)
      } catch (thrown) {
        // Another logger, or the part of this run before.
        if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') continue
        throw thrown
      }
      await mkdir(join(path, 'files'))
      await mkdir(join(path, 'logs'))
      const log = await AppendFile.create(join(path, `run-${id}.wandb`), FILE_HEADER)
      return new RunFolder(path, log)
    }
  }

  /** Appends records, all or none of them. @throws whatever the disk says */
  async append(records: readonly Uint8Array[]): Promise<void> {
    if (this.#log.isTorn) await this.#log.cut()
    const frames: Buffer[] = []
    let offset = this.#log.size
    for (const record of records) {
      const frame = framed(record, offset)
      frames.push(frame)
      offset += frame.length
    }
    await this.#log.append(Buffer.concat(frames))
  }

  /** Puts a file into `files`. @throws whatever the disk says */
  async keep({ path, content }: NonNullable<Media['file']>): Promise<void> {
    const target = join(this.path, 'files', path)
    await mkdir(dirname(target), { recursive: true })
    if ('from' in content) await copyFile(content.from, target)
    else await replaceFile(target, content.text)
  }

  async close(): Promise<void> {
    await this.#log.close()
  }
}

/** `20261130_203015`, in the time of this machine, as W&B has it. */
function stampOf(second: number): string {
  const date = new Date(second * 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`
  return `${day}_${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`
}
