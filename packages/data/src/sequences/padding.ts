import { checkWord, quote } from '../checks.js'
import type { ColumnDtype } from '../columns.js'

/** Numbers of one sequence: token ids, or measurements. */
export type Sequence = ArrayLike<number>

/** How sequences are brought to one length. */
export interface PaddingOptions {
  /** Fills what is missing. Default 0. */
  readonly value?: number
  /** Where it is filled. Default `end`. */
  readonly pad?: 'start' | 'end'
  /** Where a sequence that is too long loses numbers. Default `end`. */
  readonly truncate?: 'start' | 'end'
  /** Default int32, or float32 if there is a number that is not whole. */
  readonly dtype?: Exclude<ColumnDtype, 'bool'>
}

/** Sequences of one length, one after the other. */
export interface Padded {
  readonly data: Int32Array | Float32Array
  readonly dtype: 'int32' | 'float32'
  /** Of each sequence, after it was cut. */
  readonly lengths: Int32Array
  /** 1 where there is a number of the sequence, 0 where it was filled. */
  readonly mask: Uint8Array
}

/** Options of {@link PaddingOptions} by name. */
export const PADDING_KEYS = ['value', 'pad', 'truncate', 'dtype']

/** @throws TypeError, RangeError */
export function checkPadding(options: PaddingOptions, owner: string): void {
  const { value = 0, pad = 'end', truncate = 'end', dtype = 'int32' } = options
  checkWord(pad, { owner, name: 'pad', words: ['start', 'end'] })
  checkWord(truncate, { owner, name: 'truncate', words: ['start', 'end'] })
  checkWord(dtype, { owner, name: 'dtype', words: ['int32', 'float32'] })
  if (typeof value === 'number' && !Number.isNaN(value)) return
  throw new TypeError(`The value of ${owner} is ${quote(value)}; give a number.`)
}

/** @throws TypeError for what is no sequence of numbers, and numbers that int32 cannot hold */
export function padded(
  sequences: readonly Sequence[],
  length: number,
  options: PaddingOptions & { readonly owner: string },
): Padded {
  const { value = 0, pad = 'end', truncate = 'end', owner } = options
  for (const [row, sequence] of sequences.entries()) checkSequence(sequence, row, owner)
  const isWhole = Number.isInteger(value) && sequences.every(isWholeSequence)
  const dtype = options.dtype ?? (isWhole ? 'int32' : 'float32')
  if (dtype === 'int32' && !isWhole)
    throw new TypeError(
      `${owner} has a number that is not whole and the dtype "int32"; give the dtype "float32".`,
    )
  if (dtype === 'int32') checkRange([[value], ...sequences], owner)
  const size = sequences.length * length
  const data = dtype === 'int32' ? new Int32Array(size) : new Float32Array(size)
  const mask = new Uint8Array(size)
  const lengths = new Int32Array(sequences.length)
  data.fill(value)
  for (const [row, sequence] of sequences.entries()) {
    const count = Math.min(sequence.length, length)
    const first = truncate === 'start' ? sequence.length - count : 0
    const start = row * length + (pad === 'start' ? length - count : 0)
    for (let index = 0; index < count; index++)
      data[start + index] = sequence[first + index] as number
    mask.fill(1, start, start + count)
    lengths[row] = count
  }
  return { data, dtype, lengths, mask }
}

/** Whether a value is a list of numbers or a typed array. */
export function isSequence(value: unknown): value is Sequence {
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) return false
  if (ArrayBuffer.isView(value)) return 'length' in value
  return Array.isArray(value) && value.every((item) => typeof item === 'number')
}

function checkSequence(sequence: unknown, row: number, owner: string): void {
  if (!isSequence(sequence))
    throw new TypeError(
      `Sequence ${row} of ${owner} is ${quote(sequence)}; give a list of numbers or a typed array.`,
    )
  const place = Array.prototype.findIndex.call(sequence, Number.isNaN)
  if (place < 0) return
  throw new RangeError(
    `Sequence ${row} of ${owner} is NaN at ${place}; fill or leave out what is missing.`,
  )
}

/** Token ids that int32 cannot hold would be rounded in float32. */
function checkRange(sequences: readonly Sequence[], owner: string): void {
  for (const sequence of sequences)
    for (let index = 0; index < sequence.length; index++) {
      const value = sequence[index] as number
      if ((value | 0) === value) continue
      throw new RangeError(
        `${owner} has the whole number ${value}, which int32 cannot hold; give smaller ones, or the dtype "float32", which rounds.`,
      )
    }
}

function isWholeSequence(sequence: Sequence): boolean {
  for (let index = 0; index < sequence.length; index++) {
    if (!Number.isInteger(sequence[index])) return false
  }
  return true
}
