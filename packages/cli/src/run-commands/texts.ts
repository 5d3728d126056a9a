import { type TableColumn, textTable } from '@regimen/core'
import type { CheckpointFact, RunCheckpoints } from '@regimen/dashboard/runs'

/** A metric or hyperparameter in a table: at most five digits. */
export function valueText(value: unknown): string {
  if (typeof value !== 'number')
    return value === null || value === undefined ? '-' : String(value)
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  return size >= 1e6 || size < 1e-4
    ? value.toExponential(3)
    : String(Number(value.toPrecision(5)))
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in the decimal unit that leaves one to three digits before the point. */
export function bytesText(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const amount = bytes / 1000 ** unit
  return `${unit === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[unit]}`
}

/** A moment as `2026-11-30 20:31`, in local time. */
export function timeText(time: number | undefined): string {
  if (time === undefined) return '-'
  const date = new Date(time - new Date(time).getTimezoneOffset() * 60_000)
  return date.toISOString().slice(0, 16).replace('T', ' ')
}

const AGES: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Milliseconds of an age such as `30d`, `12h`, `90m` or `2w`; nothing if it is none. */
export function ageMs(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(text) ?? []
  return amount === undefined ? undefined : Number(amount) * (AGES[unit] as number)
}

/** How many checkpoints a run has, and their bytes. */
export function checkpointsText(checkpoints: RunCheckpoints | undefined): string {
  return checkpoints ? `${checkpoints.count} (${bytesText(checkpoints.bytes)})` : '-'
}

/** Where a checkpoint is and what of: its epoch from 1, as screens show it. */
export function checkpointText(fact: CheckpointFact | undefined): string {
  if (!fact) return '-'
  const { path, epoch, step, score, monitor } = fact
  const parts = [
    epoch !== undefined && `epoch ${epoch + 1}`,
    step !== undefined && `step ${step}`,
    typeof score === 'number' && `${monitor ?? 'score'} ${valueText(score)}`,
  ]
  const about = parts.filter(Boolean).join(', ')
  return about === '' ? path : `${path} (${about})`
}

/** Lines of a table, as wide as the terminal allows. */
export function tableText(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  stream: { readonly columns?: number | undefined },
): string {
  // A pipe has no width: nothing is cut.
  const width = stream.columns ?? Number.MAX_SAFE_INTEGER
  const lines = textTable(columns, rows, { width, widthOf: (text) => text.length })
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}
