import { readFileSync } from 'node:fs'
import { arrayLoader, split } from '@regimen/data'
import { parse } from 'csv-parse/sync'

/** The column to be predicted; all others are numbers to predict it from. */
const TARGET = 'species'

const file = new URL('../data/iris.csv', import.meta.url)
const rows: Record<string, string>[] = parse(readFileSync(file), { columns: true, trim: true })
const features = Object.keys(rows[0] ?? {}).filter((name) => name !== TARGET)

/** What the target may be, in alphabetical order. */
export const classNames = [...new Set(rows.map((row) => row[TARGET] ?? ''))].sort()

/** Columns of a row. */
export const inputShape = [features.length]

/** How many classes there are. */
export const classes = classNames.length

/** Loaders of the table: the columns as numbers `[batch, columns]`, and the class `[batch]`. */
export async function loaders() {
  const columns = {
    x: { data: Float32Array.from(rows.flatMap(numbersOf)), shape: [rows.length, features.length] },
    y: Float32Array.from(rows, (row) => classNames.indexOf(row[TARGET] ?? '')),
  }
  const parts = split(columns, { train: 0.6, validation: 0.2, test: 0.2 }, { seed: 1 })
  return {
    train: arrayLoader(parts.train, { batchSize: 16, shuffle: true, seed: 1 }),
    validation: arrayLoader(parts.validation, { batchSize: 32 }),
    test: arrayLoader(parts.test, { batchSize: 32 }),
  }
}

/** @throws where a cell is empty or no number: it would become NaN and spoil every weight */
function numbersOf(row: Record<string, string>, index: number): number[] {
  return features.map((name) => {
    const cell = row[name] ?? ''
    const value = cell === '' ? Number.NaN : Number(cell)
    if (Number.isFinite(value)) return value
    throw new Error(
      `${file.pathname}: row ${index + 1}: "${name}" is "${cell}"; expected a number.`,
    )
  })
}
