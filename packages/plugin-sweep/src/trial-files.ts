import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { decodeJson, encodeJson, type Json } from '@regimen/core'
import { temporaryPath } from '@regimen/core/files'
import { bestOf, type Task, type TaskResult } from './trial.js'

/** What a trial's process is told, in `trial.json` of its folder. */
export interface TrialOrder {
  readonly format: 1
  readonly number: number
  readonly rung: number
  /** As `--set` takes them. */
  readonly settings: readonly string[]
  readonly monitor: string
  readonly mode: 'min' | 'max'
  readonly thresholds: readonly (number | null)[]
}

/** A line of `report.jsonl`: a check, or the end of a rung. */
export type ReportLine =
  | { readonly epoch: number; readonly step: number; readonly value: number }
  | { readonly rung: number; readonly end: 'completed' | 'pruned' }

/** The folder of a trial. */
export const trialFolder = (root: string, number: number): string =>
  join(root, `trial_${String(number).padStart(3, '0')}`)

/** The values of a task, as `--set` takes them. */
export function settingsOf({ values, maxEpochs }: Task): string[] {
  const settings = Object.entries(values).map(
    ([path, value]) => `${path}=${JSON.stringify(value)}`,
  )
  return maxEpochs === undefined ? settings : [...settings, `maxEpochs=${maxEpochs}`]
}

/** Writes what a trial's process is told. @returns the path */
export function writeOrder(
  root: string,
  task: Task,
  { monitor, mode }: Pick<TrialOrder, 'monitor' | 'mode'>,
): string {
  const folder = trialFolder(root, task.number)
  mkdirSync(folder, { recursive: true })
  const { number, rung, values, maxEpochs, thresholds = [] } = task
  const settings = Object.entries(values).map(
    ([path, value]) => `${path}=${JSON.stringify(value)}`,
  )
  if (maxEpochs !== undefined) settings.push(`maxEpochs=${maxEpochs}`)
  const order: TrialOrder = {
    format: 1,
    number,
    rung,
    settings,
    monitor,
    mode,
    thresholds,
  }
  const path = join(folder, 'trial.json')
  const unfinished = temporaryPath(path)
  writeFileSync(unfinished, `${JSON.stringify(order, undefined, 2)}\n`)
  renameSync(unfinished, path)
  return path
}

/** What a trial's process is told. @throws an error where the file is not there, or none of this kind */
export function readOrder(path: string): TrialOrder {
  const order = JSON.parse(readFileSync(path, 'utf8')) as Partial<TrialOrder>
  if (order.format === 1 && Array.isArray(order.settings)) return order as TrialOrder
  throw new Error(`${path} is no trial of a sweep.`)
}

/** The file to which a trial reports. */
export const reportPath = (folder: string): string => join(folder, 'report.jsonl')

/** Appends a line to the report. */
export function appendReport(folder: string, line: ReportLine): void {
  const coded = encodeJson(line as unknown as Json, 'the report')
  appendFileSync(reportPath(folder), `${JSON.stringify(coded)}\n`)
}

/** Empties the report: the trial begins anew. */
export const clearReport = (folder: string): void =>
  rmSync(reportPath(folder), { force: true })

/**
 * The result of a task by its report; nothing if the task has not ended. A trial that was resumed has reported some
 * checks twice: the later line of a step counts.
 */
export function reportedResult(
  folder: string,
  { number, rung }: Pick<Task, 'number' | 'rung'>,
  mode: 'min' | 'max',
): TaskResult | undefined {
  const { curve, ends } = readReport(folder)
  const outcome = ends.get(rung)
  return outcome && { number, rung, outcome, value: bestOf(curve, mode), curve }
}

/** What a trial has reported. A line that a kill cut short is left out. */
export function readReport(folder: string): {
  readonly curve: TaskResult['curve']
  readonly ends: ReadonlyMap<number, 'completed' | 'pruned'>
} {
  const path = reportPath(folder)
  const texts = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
  const checks = new Map<number, readonly [number, number]>()
  const ends = new Map<number, 'completed' | 'pruned'>()
  for (const text of texts) {
    const line = parsed(text)
    if (!line) continue
    if ('end' in line) ends.set(line.rung, line.end)
    else checks.set(line.step, [line.epoch, line.value])
  }
  const curve = [...checks].toSorted(([a], [b]) => a - b).map(([, check]) => check)
  return { curve, ends }
}

function parsed(text: string): ReportLine | undefined {
  try {
    return decodeJson(JSON.parse(text) as Json) as unknown as ReportLine
  } catch {
    return undefined
  }
}
