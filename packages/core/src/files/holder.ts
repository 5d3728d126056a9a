import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process, as a file tells of it. */
export interface Holder {
  readonly pid: number
  readonly host: string
  /**
   * When the process started, as the system counts it: tells a new process from an old one of the same
   * number. Empty where the system does not say, as on macOS and Windows.
   */
  readonly started: string
}

/** What is asked of the system about processes, so that tests can answer. */
export interface ProcessSystem {
  readonly pid: number
  readonly host: string
  /** Milliseconds since 1970. */
  now(): number
  isRunning(pid: number): boolean
  /** When a process started, in any unit; empty where that is not known. */
  startedAt(pid: number): string
  /** Tells apart machines and containers of one name, in which process numbers mean different things. */
  readonly pidSpace?: string
}

/** After this long without a sign of life a holder that cannot be asked has gone. */
export const LEASE_MS = 10 * 60_000

/** This machine and this process. */
export const thisSystem: ProcessSystem = {
  pid: process.pid,
  host: hostname(),
  now: Date.now,
  isRunning,
  startedAt,
  pidSpace: pidSpace(),
}

/** This process, to be written to a file. */
export const ownHolder = ({ pid, host, startedAt }: ProcessSystem = thisSystem): Holder => ({
  pid,
  host,
  started: startedAt(pid),
})

/**
 * Whether a holder lives. Of this machine, its process runs and has started when the holder says;
 * where that cannot be told, or on another machine, it has given a sign of life: it touches its file
 * each minute.
 *
 * @param touched when it did so, in milliseconds since 1970
 */
export function isHolderAlive(
  { pid, host, started = '' }: Omit<Holder, 'started'> & Partial<Holder>,
  touched: number,
  system: ProcessSystem = thisSystem,
): boolean {
  // A clock that was set back makes no holder immortal.
  const isFresh = Math.abs(system.now() - touched) < LEASE_MS
  if (host !== system.host) return isFresh
  if (hasEnded({ pid, started }, system)) return false
  return started === '' || system.startedAt(pid) === '' ? isFresh : true
}

/**
 * Whether a process of this machine has certainly ended: no process has its number, or one that started
 * at another time. Where the system does not say when, a number that is in use counts as the process's.
 */
export function hasEnded(
  { pid, started }: Pick<Holder, 'pid' | 'started'>,
  system: ProcessSystem = thisSystem,
): boolean {
  if (!system.isRunning(pid)) return true
  const found = system.startedAt(pid)
  return found !== '' && started !== '' && found !== started
}

/** Signal 0 asks only; a process of another user exists too. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A killed process has its number until its parent asks how it ended. */
function isZombie(pid: number): boolean {
  return statusOf(pid)[0] === 'Z'
}

/** Field 22 of `/proc/<pid>/stat`; empty where there is none. */
function startedAt(pid: number): string {
  return statusOf(pid)[19] ?? ''
}

/** The fields of `/proc/<pid>/stat` behind the name, the third field first; none where there is no such file. */
function statusOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  } catch {
    return []
  }
}

/** The process namespace, on Linux; empty elsewhere. */
function pidSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}
