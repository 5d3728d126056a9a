import type * as NodeCrypto from 'node:crypto'
import type * as NodeFs from 'node:fs'
import type * as NodePath from 'node:path'
import type { FileContent } from '../store.js'

/** Instants within a write, in order. A copy has all but the first two. */
export type WriteStep =
  | 'after-open'
  | 'mid-data'
  | 'before-fsync'
  | 'after-fsync'
  | 'before-rename'
  | 'after-rename'
  | 'after-folder-fsync'

/** What the thread is asked to do. */
export type Job =
  | { readonly kind: 'write'; readonly path: string; readonly content: FileContent }
  | { readonly kind: 'copy'; readonly path: string; readonly from: string }

/** A numbered job, as it travels. */
export interface JobMessage {
  readonly id: number
  readonly job: Job
}

/** What comes back: an instant of a job, or its end. */
export type Answer =
  | { readonly id: number; readonly step: WriteStep }
  | {
      readonly id: number
      readonly error: { code?: string; message: string; part?: number }
    }
  | {
      readonly id: number
      readonly size: number
      readonly modifiedMs: number
      readonly sha256: string
    }

/** What {@link writeFiles} uses, handed in because its text runs in another thread. */
export interface WriterTools {
  readonly fs: typeof NodeFs
  readonly path: typeof NodePath
  readonly crypto: typeof NodeCrypto
  readonly post: (answer: Answer) => void
  /** Two numbers shared with the training thread if it controls each step: continue, fail. */
  readonly gate: Int32Array | undefined
  readonly platform: string
  /** Of the process, in the names of its temporary files: see `processMark` of `@regimen/core/files`. */
  readonly mark: string
  /** Pauses before a rename of what is busy is tried again. */
  readonly waitsMs: readonly number[]
  readonly busyCodes: readonly string[]
  readonly sleep: (ms: number) => void
}

/**
 * Makes the function that does a job: temporary file, data, fsync, rename, fsync of the folder. Its
 * text is the code of the writing thread, so it must refer to nothing outside itself.
 */
export function writeFiles(tools: WriterTools): (message: JobMessage) => void {
  const { fs, path, crypto, post, gate, platform, mark, waitsMs, busyCodes, sleep } =
    tools
  let count = 0

  const stop = (id: number, step: WriteStep): void => {
    if (!gate) return
    Atomics.store(gate, 0, 0)
    post({ id, step })
    Atomics.wait(gate, 0, 0)
    if (Atomics.load(gate, 1) === 1) throw new Error(`refused at ${step}`)
  }
  const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
  const seal = ({ head, body, digestsAt, withoutNaN = [] }: FileContent): string => {
    for (const index of withoutNaN) {
      const data = body[index] as Float32Array
      for (let offset = 0; offset < data.length; offset++) {
        if (Number.isNaN(data[offset]))
          throw Object.assign(new Error('NaN'), { part: index })
      }
    }
    const hash = crypto.createHash('sha256')
    for (const data of body) hash.update(bytesOf(data))
    const sha256 = hash.digest('hex')
    if (!digestsAt) return sha256
    head.set(Buffer.from(sha256, 'latin1'), digestsAt.body)
    const ofHead = crypto.createHash('sha256').update(head).digest('hex')
    head.set(Buffer.from(ofHead, 'latin1'), digestsAt.head)
    return sha256
  }
  const writeAll = (
    file: number,
    { head, body }: FileContent,
    halfWay: () => void,
  ): void => {
    const parts = [head, ...body].map(bytesOf)
    const half = Math.floor(parts.reduce((sum, { length }) => sum + length, 0) / 2)
    let written = 0
    for (const part of parts) {
      for (let offset = 0; offset < part.length; ) {
        if (written === half) halfWay()
        const most = written < half ? half - written : part.length
        const bytes = fs.writeSync(
          file,
          part,
          offset,
          Math.min(part.length - offset, most, 2 ** 24),
        )
        offset += bytes
        written += bytes
      }
    }
  }
  const settle = (id: number, file: number, close: () => void) => {
    stop(id, 'before-fsync')
    fs.fsyncSync(file)
    stop(id, 'after-fsync')
    const { size, mtimeMs } = fs.fstatSync(file)
    close()
    return { size, modifiedMs: mtimeMs }
  }
  // A virus scanner may hold the file for a moment.
  const rename = (from: string, to: string): void => {
    for (const ms of waitsMs) {
      try {
        fs.renameSync(from, to)
        return
      } catch (thrown) {
        if (!busyCodes.includes((thrown as { code: string }).code)) throw thrown
      }
      sleep(ms)
    }
    fs.renameSync(from, to)
  }
  const publish = (id: number, temporary: string, target: string): void => {
    stop(id, 'before-rename')
    rename(temporary, target)
    stop(id, 'after-rename')
    if (platform !== 'win32') {
      const folder = fs.openSync(path.dirname(target), 'r')
      fs.fsyncSync(folder)
      fs.closeSync(folder)
    }
    stop(id, 'after-folder-fsync')
  }
  const run = (id: number, job: Job) => {
    const temporary = `${job.path}.${mark}-${count++}.tmp`
    let file: number | undefined
    // Once only: by then the number may be that of another thread's file.
    const close = (): void => {
      const opened = file
      file = undefined
      if (opened !== undefined) fs.closeSync(opened)
    }
    try {
      let sha256 = ''
      if (job.kind === 'copy') {
        fs.copyFileSync(job.from, temporary, fs.constants.COPYFILE_FICLONE)
        file = fs.openSync(temporary, 'r+')
      } else {
        sha256 = seal(job.content)
        file = fs.openSync(temporary, 'wx')
        stop(id, 'after-open')
        writeAll(file, job.content, () => stop(id, 'mid-data'))
      }
      const written = settle(id, file, close)
      publish(id, temporary, job.path)
      return { ...written, sha256 }
    } catch (thrown) {
      try {
        close()
      } catch {
        // The first error is the one that counts.
      }
      fs.rmSync(temporary, { force: true })
      throw thrown
    }
  }
  return ({ id, job }) => {
    try {
      post({ id, ...run(id, job) })
    } catch (thrown) {
      const { code, message, part } = thrown as {
        code?: string
        message: string
        part?: number
      }
      const fileError = {
        message,
        ...(code !== undefined && { code }),
        ...(part !== undefined && { part }),
      }
      post({ id, error: fileError })
    }
  }
}
