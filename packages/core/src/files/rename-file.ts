import { renameSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

/** Codes of a rename on Windows while a virus scanner or an indexer holds the file for a moment. */
export const busyCodes: readonly string[] = ['EPERM', 'EACCES', 'EBUSY']
/** Pauses between attempts, in milliseconds: about a second in total. */
export const renameWaitsMs: readonly number[] = [10, 20, 40, 80, 160, 300, 400]

/** How to rename a file, and how to wait between two attempts. For tests. */
export interface RenameParts {
  readonly rename: (from: string, to: string) => Promise<void>
  readonly wait: (ms: number) => Promise<unknown>
}

/** As {@link RenameParts}, blocking the thread. */
export interface RenamePartsSync {
  readonly rename: (from: string, to: string) => void
  readonly wait: (ms: number) => void
}

const isBusy = (thrown: unknown): boolean =>
  busyCodes.includes((thrown as NodeJS.ErrnoException).code ?? '')

/**
 * Renames a file, replacing another. If it is busy, tries again for about a second.
 *
 * @throws the system's error of the last attempt
 */
export async function renameFile(
  from: string,
  to: string,
  parts: RenameParts = { rename, wait },
): Promise<void> {
  for (const ms of renameWaitsMs) {
    try {
      return await parts.rename(from, to)
    } catch (thrown) {
      if (!isBusy(thrown)) throw thrown
    }
    await parts.wait(ms)
  }
  await parts.rename(from, to)
}

/** As {@link renameFile}, blocking the thread. */
export function renameFileSync(
  from: string,
  to: string,
  parts: RenamePartsSync = { rename: renameSync, wait: sleep },
): void {
  for (const ms of renameWaitsMs) {
    try {
      parts.rename(from, to)
      return
    } catch (thrown) {
      if (!isBusy(thrown)) throw thrown
    }
    parts.wait(ms)
  }
  parts.rename(from, to)
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
