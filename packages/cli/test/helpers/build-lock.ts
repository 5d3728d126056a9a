import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Runs something while no other process runs anything under the same lock. Waits for a holder as long
 * as that process lives; the lock of a dead one is void.
 */
export async function underLock<T>(lock: string, run: () => T): Promise<T> {
  while (!isTaken(lock)) await delay(100)
  try {
    return run()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Puts a file with the number of this process in place, whole or not at all. */
function isTaken(lock: string): boolean {
  const own = `${lock}.${process.pid}`
  writeFileSync(own, String(process.pid))
  try {
    linkSync(own, lock)
    return true
  } catch {
    if (!isHeld(lock)) rmSync(lock, { force: true })
    return false
  } finally {
    rmSync(own)
  }
}

function isHeld(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0)
    return true
  } catch (thrown) {
    // Gone meanwhile, or of a process that may not be signalled.
    return ['ENOENT', 'EPERM'].includes((thrown as NodeJS.ErrnoException).code ?? '')
  }
}
