import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { decodeJson, encodeJson, type Json, RegimenError } from '@regimen/core'
import type { SweepPlan } from './sweep-config.js'
import { keyOf, type TaskResult } from './trial.js'

/** What may change when a sweep is continued: more trials are the same ones and some. */
const CHANGEABLE: readonly string[] = ['trials', 'name']

/**
 * What is known of a sweep, in a file to which lines are appended, each flushed to the disk: the plan, then a result
 * for each task that ended. A line that a kill cut short is removed, and its task runs again.
 */
export class Journal {
  readonly #path: string
  readonly results = new Map<string, TaskResult>()
  /** Whether there was one before. */
  readonly isContinued: boolean

  private constructor(path: string, lines: readonly Json[]) {
    this.#path = path
    this.isContinued = lines.length > 0
    for (const line of lines.slice(1)) {
      const result = line as unknown as TaskResult
      this.results.set(keyOf(result), result)
    }
  }

  /**
   * Opens the journal of a sweep, or begins it.
   *
   * @throws REG_CONFIG_INVALID if it is of another sweep, or no journal
   */
  static open(path: string, plan: SweepPlan): Journal {
    const lines = existsSync(path) ? readLines(path) : []
    const journal = new Journal(path, lines)
    if (lines.length === 0) journal.#append({ format: 1, ...plan } as unknown as Json)
    else checkSame(path, Object(lines[0]), plan)
    return journal
  }

  /** Notes how a task ended. */
  add(result: TaskResult): void {
    this.#append(result as unknown as Json)
    this.results.set(keyOf(result), result)
  }

  #append(line: Json): void {
    const file = openSync(this.#path, 'a')
    try {
      writeSync(file, `${JSON.stringify(encodeJson(line, 'the journal'))}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }
}

function readLines(path: string): Json[] {
  const bytes = readFileSync(path)
  const end = bytes.lastIndexOf('\n') + 1
  if (end < bytes.length) truncateSync(path, end)
  const texts = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1)
  return texts.map((text, index) => {
    try {
      return decodeJson(JSON.parse(text) as Json)
    } catch (cause) {
      const data = { file: path, line: index + 1 }
      const fault = `${path}: line ${index + 1} is damaged, and nothing but a cut last line can be left out. Move the folder away to begin anew.`
      throw new RegimenError('REG_CONFIG_INVALID', fault, { cause, data })
    }
  })
}

function checkSame(
  path: string,
  found: Readonly<Record<string, unknown>>,
  plan: SweepPlan,
): void {
  const keys = Object.keys(plan).filter(
    (key) => !CHANGEABLE.includes(key),
  ) as (keyof SweepPlan)[]
  const text = (value: unknown) => JSON.stringify(value)
  const different = keys.filter((key) => text(found[key]) !== text(plan[key]))
  if (found.algorithm === 'halving' && found.trials !== plan.trials)
    different.push('trials')
  if (different.length === 0) return
  const names = different.map((key) => `"${key}"`).join(', ')
  const advice = 'Give the sweep another "name", or move that folder away.'
  throw new RegimenError(
    'REG_CONFIG_INVALID',
    `${path} is of a sweep with another ${names}: its results do not count for this one. ${advice}`,
    { data: { file: path, options: different } },
  )
}
