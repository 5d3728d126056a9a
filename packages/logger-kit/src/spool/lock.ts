import { randomUUID } from 'node:crypto'
import {
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {
  type Holder,
  isHolderAlive,
  ownHolder,
  type ProcessSystem,
  thisSystem,
} from '@regimen/core/files'

/** Who holds a run's spool. */
export type { Holder } from '@regimen/core/files'

/** A lock that nobody can read is a lock being written, unless it is older than this. */
const WRITING_MS = 5000

/** A lock, or who has it. */
export type LockResult = { readonly lock: Lock } | { readonly holder: Holder | undefined }

/** One process's right to a folder. A dead process's lock is taken over. */
export class Lock {
  readonly #path: string
  readonly #text: string
  readonly #system: ProcessSystem

  private constructor(path: string, text: string, system: ProcessSystem) {
    this.#path = path
    this.#text = text
    this.#system = system
  }

  static take(path: string, system: ProcessSystem = thisSystem): LockResult {
    const text = JSON.stringify({ ...ownHolder(system), token: randomUUID() })
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        writeFileSync(path, text, { flag: 'wx', mode: 0o600 })
        const lock = new Lock(path, text, system)
        lock.touch()
        return { lock }
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
      }
      const found = read(path)
      if (found && isHeld(found, system)) return { holder: found.holder }
      if (found) removeStale(path, found.text)
    }
    return { holder: read(path)?.holder }
  }

  /** Whether a living process has the folder, without taking anything. */
  static isTaken(path: string, system: ProcessSystem = thisSystem): boolean {
    const found = read(path)
    return found !== undefined && isHeld(found, system)
  }

  /** A sign of life, for those who cannot ask this process. Nothing if another has the folder by now. */
  touch(): void {
    if (!this.#isOwn()) return
    const now = new Date(this.#system.now())
    try {
      utimesSync(this.#path, now, now)
    } catch {
      // Somebody deleted the folder; the next write fails.
    }
  }

  release(): void {
    if (this.#isOwn()) rmSync(this.#path, { force: true })
  }

  #isOwn(): boolean {
    return read(this.#path)?.text === this.#text
  }
}

interface Found {
  readonly text: string
  readonly holder: Holder | undefined
  /** When it was written or touched. */
  readonly touched: number
}

function read(path: string): Found | undefined {
  try {
    const { mtimeMs: touched } = statSync(path)
    const text = readFileSync(path, 'utf8')
    return { text, touched, holder: parse(text) }
  } catch {
    return undefined
  }
}

function parse(text: string): Holder | undefined {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<Holder>
    const areTexts = typeof host === 'string' && typeof started === 'string'
    return Number.isInteger(pid) && areTexts ? (JSON.parse(text) as Holder) : undefined
  } catch {
    return undefined
  }
}

function isHeld({ holder, touched }: Found, system: ProcessSystem): boolean {
  if (holder) return isHolderAlive(holder, touched, system)
  return Math.abs(system.now() - touched) < WRITING_MS
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
