import { quote, quoteAll } from '../checks.js'
import { type CellReader, cellReader } from './cell-reader.js'
import { DataError } from './data-error.js'
import type { ColumnEncoder, Encoders } from './encoders.js'
import type { Layout, UsedColumn } from './layout.js'
import type { OutputSpec } from './row-store.js'

/** How a column is written. */
export interface ColumnWriter {
  readonly name: string
  readonly cell: number
  readonly output: number
  /** Numbers per row of the output, and where those of this column begin. */
  readonly width: number
  readonly offset: number
  readonly read: CellReader
  readonly isOneHot: boolean
  readonly fill: number | string | undefined
  /** Where the indicator of missing values is. */
  readonly indicator:
    | { readonly output: number; readonly offset: number; readonly width: number }
    | undefined
}

/** Which tensors a batch has, and where in them each column is written. @throws REG_DATA_COLUMN */
export function rowPlan(
  owner: string,
  { features, target, used }: Layout,
  { columns }: Encoders,
) {
  const outputs: { -readonly [Key in keyof OutputSpec]: OutputSpec[Key] }[] = []
  const matrix = (name: string) =>
    outputs.push({ name, dtype: 'float32', width: 0, isMatrix: true }) - 1
  const x = features ? matrix('x') : -1
  const y = target ? matrix('y') : -1
  const writers = used.map((column) => {
    const encoder = columns[column.name]
    if (!encoder) {
      const text = `${owner}: the encoders have no column ${quote(column.name)}; they have ${quoteAll(Object.keys(columns))}.`
      throw new DataError('REG_DATA_COLUMN', text, { owner, column: column.name })
    }
    checkEncoder(owner, column, encoder)
    const width = widthOf(encoder)
    const isOneHot = encoder.encode === 'oneHot'
    const { name, cell, role } = column
    const isNamed = role === 'named'
    const dtype = isNamed ? (encoder.dtype ?? 'float32') : 'float32'
    const output = isNamed
      ? outputs.push({ name, dtype, width: 0, isMatrix: isOneHot }) - 1
      : role === 'feature'
        ? x
        : y
    const place = (many: number, inOutput = output) => {
      const spec = outputs[inOutput] as { width: number }
      const offset = spec.width
      spec.width += many
      return { output: inOutput, offset }
    }
    const at = place(width)
    const flag = encoder.indicator
      ? place(
          1,
          isNamed
            ? outputs.push({
                name: `${name}_missing`,
                dtype: 'int32',
                width: 0,
                isMatrix: false,
              }) - 1
            : output,
        )
      : undefined
    return {
      name,
      cell,
      ...at,
      flag,
      isOneHot,
      fill: encoder.fill,
      read: cellReader(encoder, dtype),
    }
  })
  const widthAt = (output: number) => outputs[output]?.width as number
  return {
    outputs,
    writers: writers.map(({ flag, ...writer }) => ({
      ...writer,
      width: widthAt(writer.output),
      indicator: flag && { ...flag, width: widthAt(flag.output) },
    })),
  }
}

function checkEncoder(
  owner: string,
  { name, role, spec }: UsedColumn,
  encoder: ColumnEncoder,
): void {
  if (spec.type !== undefined && spec.type !== encoder.type) {
    const text = `${owner}: the column ${quote(name)} is declared ${quote(spec.type)}, but its encoder is one of ${quote(encoder.type)}.`
    throw new DataError('REG_DATA_COLUMN', text, { owner, column: name })
  }
  if (encoder.type !== 'string' || role === 'named') return
  const text = `${owner}: the column ${quote(name)} is one of texts, which cannot be part of a matrix. Declare it 'category', skip it, or use neither "features" nor "target".`
  throw new DataError('REG_DATA_COLUMN', text, { owner, column: name })
}

/** Numbers that an encoded cell takes. */
function widthOf({ categories = [], encode, unknown }: ColumnEncoder): number {
  return encode === 'oneHot' ? categories.length + Number(unknown === 'slot') : 1
}
