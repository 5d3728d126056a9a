/** A value as a parser gives it. CSV has strings only. */
export type Cell = string | number | bigint | boolean | Date | null | undefined

/** What a column of a table may hold. */
export type ColumnType = 'number' | 'integer' | 'boolean' | 'category' | 'string' | 'date'

/** What a reader expects of a cell of a type, in words. */
export const expectations: Readonly<Record<ColumnType, string>> = {
  number: 'a finite number, such as 1.5 or -2e3',
  integer: 'a whole number',
  boolean: 'true or false, yes or no, 1 or 0',
  category: 'a text or a number',
  string: 'a text',
  date: 'a date as in ISO 8601, such as 2024-02-29 or 2024-02-29T12:00:00Z',
}

const DAY_MS = 86_400_000
const NOT_DECIMAL = /[xob]|^\s*$/i
const WHOLE = /^\s*[+-]?\d+\s*$/
const DATE =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/
const BOOLEANS = new Map([
  ['true', 1],
  ['t', 1],
  ['yes', 1],
  ['y', 1],
  ['1', 1],
  ['false', 0],
  ['f', 0],
  ['no', 0],
  ['n', 0],
  ['0', 0],
] as const)

/** The number in a cell, NaN if it is none. */
export function numberOf(cell: Cell): number {
  if (typeof cell === 'string') {
    const value = Number(cell)
    if (!Number.isFinite(value)) return Number.NaN
    // Blank cells and 0x10 begin with a space or zero, if at all.
    const first = cell.charCodeAt(0)
    const isDecimal =
      (first > 32 && first < 128 && first !== 48) || !NOT_DECIMAL.test(cell)
    return isDecimal ? value : Number.NaN
  }
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : Number.NaN
  if (typeof cell === 'bigint') {
    const value = Number(cell)
    return Number.isSafeInteger(value) ? value : Number.NaN
  }
  return Number.NaN
}

/** Whether a cell is written as a whole number that int32 holds. */
export function isWhole(cell: Cell): boolean {
  const value = numberOf(cell)
  return (value | 0) === value && (typeof cell !== 'string' || WHOLE.test(cell))
}

/** 1 or 0 for a boolean cell, NaN if it is none. */
export function booleanOf(cell: Cell): number {
  if (typeof cell === 'boolean') return Number(cell)
  if (typeof cell === 'object') return Number.NaN
  return BOOLEANS.get(String(cell).trim().toLowerCase() as 't') ?? Number.NaN
}

/** Whether a cell is spelt true or false, so that its column is surely one of booleans. */
export function isTrueOrFalse(cell: Cell): boolean {
  if (typeof cell === 'string') return /^\s*(?:true|false)\s*$/i.test(cell)
  return typeof cell === 'boolean'
}

/** Whether a cell is a whole number that a number of JavaScript cannot hold exactly. */
export function isTooLarge(cell: Cell): boolean {
  return typeof cell === 'bigint' && Number.isNaN(numberOf(cell))
}

/** Days since 1970-01-01 UTC of a date, with its time as a fraction; NaN if it is none. No zone means UTC. */
export function daysOf(cell: Cell): number {
  if (cell instanceof Date) return cell.getTime() / DAY_MS
  const match = typeof cell === 'string' ? DATE.exec(cell.trim()) : null
  if (!match) return Number.NaN
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0)) as [number, number, number, number, number, number]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN
  const seconds = hour * 3600 + minute * 60 + second + Number(match[7] ?? 0)
  return date.getTime() / DAY_MS + (seconds - offsetOf(match[8])) / 86_400
}

/** The name of a cell's category or the text of a cell, `undefined` if it has none. */
export function textOf(cell: Cell): string | undefined {
  if (typeof cell === 'string') return cell
  if (cell === null || cell === undefined) return undefined
  if (cell instanceof Date)
    return Number.isNaN(cell.getTime()) ? undefined : cell.toISOString()
  return typeof cell === 'object' ? undefined : String(cell)
}

/** Seconds that a zone such as +02:00 is ahead of UTC. */
function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const sign = zone.startsWith('-') ? -1 : 1
  return sign * (Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(-2)) * 60)
}
