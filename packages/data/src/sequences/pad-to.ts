import { checkCount, checkKeys, quote } from '../checks.js'
import {
  checkPadding,
  PADDING_KEYS,
  type PaddingOptions,
  padded,
  type Sequence,
} from './padding.js'

/** Options of {@link padTo}. */
export interface PadToOptions extends PaddingOptions {
  /** Numbers of each sequence afterwards. Default: as many as the longest has. */
  readonly length?: number
}

/** Columns for an `arrayLoader`, `split` or `kFold`. */
export interface PaddedColumns {
  readonly column: {
    readonly data: Int32Array | Float32Array
    readonly shape: readonly [rows: number, length: number]
    readonly dtype: 'int32' | 'float32'
  }
  /** How long each sequence is, after it was cut. */
  readonly lengths: Int32Array
  /** 1 where there is a number of the sequence: a column of bool. */
  readonly mask: {
    readonly data: Uint8Array
    readonly shape: readonly [rows: number, length: number]
    readonly dtype: 'bool'
  }
}

/**
 * Brings sequences to one length: filled with a value, or cut.
 *
 * @throws TypeError, RangeError for sequences that are not of numbers, and wrong options
 * @example
 * const { column, lengths, mask } = padTo([[1, 2, 3], [4]], { length: 2 })
 * const train = arrayLoader({ x: column, lengths, mask }) // x: [[1, 2], [4, 0]]
 */
export function padTo(
  sequences: readonly Sequence[],
  options: PadToOptions = {},
): PaddedColumns {
  const owner = 'padTo'
  checkKeys(options, ['length', ...PADDING_KEYS], owner)
  checkPadding(options, owner)
  if (!Array.isArray(sequences) || sequences.length === 0)
    throw new TypeError(
      `The sequences of padTo are ${quote(sequences)}; give a list with at least one.`,
    )
  let longest = 1
  for (const { length } of sequences.map(Object)) longest = Math.max(longest, length)
  const { length = longest } = options
  checkCount(length, { owner, name: 'length' })
  const { data, dtype, lengths, mask } = padded(sequences, length, { ...options, owner })
  const shape = [sequences.length, length] as const
  return {
    column: { data, shape, dtype },
    lengths,
    mask: { data: mask, shape, dtype: 'bool' },
  }
}
