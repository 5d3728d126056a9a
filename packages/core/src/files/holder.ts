import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process, as a file names it. */
export interface Holder {
  readonly pid: number
  readonly host: string
  /**
   * When the process started, in the system's unit: distinguishes a new process from an old one of the
   * same number. Empty if the system does not say, as on macOS and Windows.
   */
  readonly started: string
}

/** What the system knows about processes; tests can replace it. */
export interface ProcessSystem {
  readonly pid: number
  readonly host: string
  /** Milliseconds since 1970. */
  now(): number
  isRunning(pid: number): boolean
  /** When a process started, in any unit; empty if not known. */
  startedAt(pid: number): string
  /** Distinguishes machines and containers of the same name, whose process numbers differ in meaning. */
  readonly pidSpace?: string
}

/** A holder that cannot be checked counts as gone after this long without a sign of life. */
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
export const ownHolder = ({
  pid,
  host,
  startedAt,
}: ProcessSystem = thisSystem): Holder => ({
  pid,
  host,
  started: startedAt(pid),
})

/**
 * Whether a holder is alive. On this machine: its process is running, with the same start time. If that
 * is not known, or on another machine: it has recently touched its file, which it does each minute.
 *
 * @param touched when it last touched the file, in milliseconds since 1970
 */
export function isHolderAlive(
  { pid, host, started = '' }: Omit<Holder, 'started'> & Partial<Holder>,
  touched: number,
  system: ProcessSystem = thisSystem,
): boolean {
  // A clock that was set back must not keep a holder alive for ever.
  const isFresh = Math.abs(system.now() - touched) < LEASE_MS
  if (host !== system.host) return isFresh
  if (hasEnded({ pid, started }, system)) return false
  return started === '' || system.startedAt(pid) === '' ? isFresh : true
}

/**
 * Whether a process of this machine has certainly ended: its number is free, or belongs to a process that
 * started at another time. If the system does not say when, a number in use counts as the same process.
 */
export function hasEnded(
  { pid, started }: Pick<Holder, 'pid' | 'started'>,
  system: ProcessSystem = thisSystem,
): boolean {
  if (!system.isRunning(pid)) return true
  const found = system.startedAt(pid)
  return found !== '' && started !== '' && found !== started
}

/** Signal 0 only checks; EPERM means a process of another user. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether a process has ended, but keeps its number until its parent reads its exit status. */
function isZombie(pid: number): boolean {
  return statusOf(pid)[0] === 'Z'
}

/** Field 22 of `/proc/<pid>/stat`; empty if there is no such file. */
function startedAt(pid: number): string {
  return statusOf(pid)[19] ?? ''
}

/** The fields of `/proc/<pid>/stat` after the name, starting with the third; none if there is no such file. */
function statusOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  } catch {
    return []
  }
}

/** The process namespace on Linux; empty on other systems. */
function pidSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}
