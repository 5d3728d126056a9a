import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describeFileError, renameFile } from '@regimen/core/files'
import type { Streams } from './command-context.js'
import { UsageError } from './usage-error.js'

/** Where lines go. */
export interface LineSink {
  /** Waits until the line was taken. A reader that went away, such as `head`, is an EPIPE. */
  write(line: string): Promise<void>
  /** @param isComplete whether all lines are there; a file gets its name only then */
  close(isComplete: boolean): Promise<void>
}

/** A stream as a sink. */
export function streamSink(stream: Pick<NodeJS.WritableStream, 'write'>): LineSink {
  return {
    write: (line) =>
      new Promise((resolve, reject) => {
        stream.write(`${line}\n`, (error?: Error | null) =>
          error ? reject(error) : resolve(),
        )
      }),
    close: async () => undefined,
  }
}

/**
 * A file as a sink. Until it is complete it is called `<path>.part`, so an older one is not lost.
 *
 * @throws UsageError if no such file can be made
 */
export async function fileSink(path: string): Promise<LineSink> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory())
    throw new UsageError(`--out ${path} is a folder; give a file.`)
  const file: FileHandle = await open(`${path}.part`, 'w').catch((cause) => {
    const why =
      cause.code === 'ENOENT'
        ? `there is no folder ${dirname(path)}; make it first, or give another file`
        : describeFileError(cause, '--out')
    throw new UsageError(`--out ${path} cannot be written: ${why}.`, { cause })
  })
  return {
    async write(line) {
      await file.write(`${line}\n`)
    },
    async close(isComplete) {
      await file.close()
      if (isComplete) await renameFile(`${path}.part`, path)
    },
  }
}

/** stdout for results alone. */
export interface ClaimedStdout {
  readonly results: Pick<NodeJS.WritableStream, 'write'>
  /** Gives stdout back to everybody. */
  release(): void
}

/** Keeps the process' stdout for results: what plugins, the config and the module print goes to stderr. */
export function claimStdout({ stdout, stderr }: Streams): ClaimedStdout {
  if (stdout !== process.stdout) return { results: stdout, release: () => undefined }
  const { write } = process.stdout
  const release = () => {
    process.stdout.write = write
  }
  process.stdout.write = stderr.write.bind(stderr) as typeof write
  return { results: { write: write.bind(process.stdout) as typeof write }, release }
}
