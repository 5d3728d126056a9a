import { checkKeys, checkSeed } from '../checks.js'
import type { Columns } from '../columns.js'
import { notice } from '../loader/notice.js'
import { pickRows } from '../pick-rows.js'
import { shuffledIndices } from '../random.js'
import { resolveColumns } from '../resolve-columns.js'
import {
  asGiven,
  boundsOf,
  SPLIT_STREAM,
  type SplitOptions,
  type SplitParts,
  type SplitSizes,
} from '../split.js'
import { type RowKeys, rowsByKey } from './row-keys.js'

/** Options of {@link stratifiedSplit}. */
export interface StratifiedSplitOptions extends SplitOptions {
  /** The class of each row. */
  readonly by: RowKeys
}

/**
 * Deals rows out as `split` does, with the shares of the classes in each part as in the whole, to
 * within a row or so.
 *
 * @throws TypeError, RangeError as `split`, and for classes that are not one per row
 * @example
 * const [x, y] = [new Float32Array(1000), new Int32Array(1000)]
 * const { train, test } = stratifiedSplit({ x, y }, { train: 0.9, test: 0.1 }, { by: 'y' })
 */
export function stratifiedSplit<const C extends Columns<C>, const S extends SplitSizes>(
  columns: C,
  sizes: S,
  options: StratifiedSplitOptions,
): SplitParts<C, S> {
  const owner = 'stratifiedSplit'
  checkKeys(options, ['by', 'seed'], owner)
  const { by, seed = 0 } = options
  checkSeed(seed, owner)
  const resolved = resolveColumns(columns)
  const bounds = boundsOf(sizes, resolved.rows, owner)
  const order = shuffledIndices(resolved.rows, { seed, stream: SPLIT_STREAM })
  const classes = rowsByKey(by, resolved, { owner, name: 'by', order })
  const counts = bounds.map(({ start, end }) => end - start)
  for (const [key, rows] of classes) {
    if (rows.length < counts.length)
      notice(
        'REG_DATA_RARE',
        `${owner} ${key}`,
        `${owner}: class ${key} has ${rows.length} rows for ${counts.length} parts; a part has none of it.`,
      )
  }
  const dealt = deal([...classes.values()].flat(), counts)
  const parts = bounds.map(({ part }, index) => {
    const rows = Uint32Array.from(dealt[index] as number[])
    // Classes come one after the other: mixed again, as the rows of split are.
    const mixed = shuffledIndices(rows.length, { seed, stream: SPLIT_STREAM - 1 })
    const chosen = mixed.map((place) => rows[place] as number)
    return [part, pickRows(columns, resolved.byName, chosen)] as const
  })
  return asGiven(sizes, parts) as SplitParts<C, S>
}

/** Rows, one by one, to the part that is most behind its share; what is left over goes to none. */
function deal(rows: readonly number[], counts: readonly number[]): number[][] {
  const left = rows.length - counts.reduce((sum, count) => sum + count, 0)
  const wanted = left > 0 ? [...counts, left] : counts
  const parts: number[][] = wanted.map(() => [])
  for (const [seen, row] of rows.entries()) {
    let [best, most] = [0, Number.NEGATIVE_INFINITY]
    for (const [index, count] of wanted.entries()) {
      const has = parts[index]?.length ?? 0
      const behind = ((seen + 1) * count) / rows.length - has
      if (has >= count || behind <= most) continue
      most = behind
      best = index
    }
    parts[best]?.push(row)
  }
  return parts.slice(0, counts.length)
}
