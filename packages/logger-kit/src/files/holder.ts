import { readFileSync } from 'node:fs'
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
  if (!system.isRunning(pid)) return false
  const found = system.startedAt(pid)
  return found === '' || started === '' ? isFresh : found === started
}

/** Signal 0 asks only; a process of another user exists too. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Field 22 of `/proc/<pid>/stat`; empty where there is none. */
function startedAt(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
