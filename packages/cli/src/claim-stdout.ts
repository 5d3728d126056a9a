import type { Streams } from './streams.js'

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
