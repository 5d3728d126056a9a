import {
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { type Holder, isHolderAlive, ownHolder, temporaryPath } from '@regimen/core/files'

/** How often a holder shows that it is alive, for those who cannot ask its process. */
const TOUCH_MS = 60_000

/** Who has a folder, if somebody has it who is alive. */
export function holderOf(path: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Holder
    return isHolderAlive(holder, statSync(path).mtimeMs) ? holder : undefined
  } catch {
    return undefined
  }
}

/**
 * Takes a folder by a file in it, which is there whole or not at all. That of a process that has ended is taken over.
 *
 * @returns who has it instead, or a function that gives it back
 */
export function takeFolder(
  path: string,
): { readonly holder: Holder } | { release(): void } {
  const text = JSON.stringify(ownHolder())
  const own = temporaryPath(path)
  writeFileSync(own, text)
  try {
    for (;;) {
      try {
        linkSync(own, path)
        break
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
      }
      const holder = holderOf(path)
      if (holder) return { holder }
      removeStale(path)
    }
  } finally {
    rmSync(own, { force: true })
  }
  const timer = setInterval(() => touch(path), TOUCH_MS).unref()
  return {
    release() {
      clearInterval(timer)
      rmSync(path, { force: true })
    },
  }
}

/** By renaming, so that of two processes only one removes it. */
function removeStale(path: string): void {
  const aside = temporaryPath(path)
  try {
    renameSync(path, aside)
    rmSync(aside)
  } catch {
    // Another process was faster.
  }
}

function touch(path: string): void {
  try {
    const now = new Date()
    utimesSync(path, now, now)
  } catch {
    // The folder is gone; the next write fails.
  }
}
