import { createHash, randomBytes } from 'node:crypto'
import { hasEnded, type ProcessSystem, thisSystem } from './holder.js'

/** The end of every unfinished file's name. */
const ENDING = '.tmp'
const MARK = /\.([0-9a-f]{12})-(\d+)-(\d*)-[0-9a-f]{8}(?:-\d+)*\.tmp$/
/** Two threads never write under one name, even if a process number is reused. */
const thread = randomBytes(4).toString('hex')
let count = 0

/**
 * The mark of this process in the names of its unfinished files: machine, process number, start time,
 * and a random part for the thread. Consists of the letters a to f, digits and hyphens.
 */
export function processMark(system: ProcessSystem = thisSystem): string {
  const { pid, startedAt } = system
  return `${machineOf(system)}-${pid}-${startedAt(pid)}-${thread}`
}

/** A path next to a file, for its content until that is complete. No other thread or process uses it. */
export function temporaryPath(path: string): string {
  return `${path}.${processMark()}-${count++}${ENDING}`
}

/**
 * Whether a file's name says that it was made by a process of this machine that has certainly ended.
 * False for names without a mark, and for those of other machines, whose processes cannot be checked.
 */
export function isLeftover(name: string, system: ProcessSystem = thisSystem): boolean {
  const [, machine, pid, started = ''] = MARK.exec(name) ?? []
  return machine === machineOf(system) && hasEnded({ pid: Number(pid), started }, system)
}

function machineOf({ host, pidSpace = '' }: ProcessSystem): string {
  return createHash('sha256').update(`${host}\n${pidSpace}`).digest('hex').slice(0, 12)
}
