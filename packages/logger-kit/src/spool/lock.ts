import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Who holds a run's spool. */
export interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process started, as the system counts it: tells a new process from an old one of the same number. */
  readonly started: string
}

/** After this long without a sign of life the lock of another machine is void. */
const SILENCE_MS = 10 * 60_000

/** A lock, or who has it. */
export type LockResult = { readonly lock: Lock } | { readonly holder: Holder | undefined }

/** One process's right to a folder. A dead process's lock is taken over. */
export class Lock {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  static take(path: string): LockResult {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        writeFileSync(path, JSON.stringify(ownHolder()), { flag: 'wx', mode: 0o600 })
        return { lock: new Lock(path) }
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
      }
      const found = read(path)
      if (found && isAlive(found.holder, found.silentMs)) return { holder: found.holder }
      if (found) removeStale(path, found.text)
    }
    return { holder: read(path)?.holder }
  }

  /** A sign of life, for processes on other machines. */
  touch(): void {
    const now = new Date()
    try {
      utimesSync(this.#path, now, now)
    } catch {
      // Somebody deleted the folder; the next write tells.
    }
  }

  release(): void {
    rmSync(this.#path, { force: true })
  }
}

interface Found {
  readonly text: string
  readonly holder: Holder | undefined
  readonly silentMs: number
}

function read(path: string): Found | undefined {
  try {
    const silentMs = Date.now() - statSync(path).mtimeMs
    const text = readFileSync(path, 'utf8')
    return { text, silentMs, holder: parse(text) }
  } catch {
    return undefined
  }
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder
  } catch {
    return undefined
  }
}

/** A lock that nobody can read is a lock being written, unless it is old. */
function isAlive(holder: Holder | undefined, silentMs: number): boolean {
  if (!holder) return silentMs < 5000
  if (holder.host !== hostname()) return silentMs < SILENCE_MS
  try {
    process.kill(holder.pid, 0)
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
  return startedAt(holder.pid) === holder.started
}

/** By renaming, so that of two processes which find it only one removes it, and no newer one. */
function removeStale(path: string, text: string): void {
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
    if (readFileSync(aside, 'utf8') === text) rmSync(aside)
    else renameSync(aside, path)
  } catch {
    // Another process was faster.
  }
}

const ownHolder = (): Holder => ({
  pid: process.pid,
  host: hostname(),
  started: startedAt(process.pid),
})

/** Field 22 of `/proc/<pid>/stat`; empty where there is none. */
function startedAt(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
