import { quote } from '../checks.js'
import { type Encoders, isEncoders } from './encoders.js'
import type { FileIdentity } from './records.js'

/** What decides which batches a loader gives. */
export type TableIdentity = {
  readonly batchSize: number
  readonly dropLast: boolean
  readonly shuffle: boolean
  readonly shuffleBuffer: number
  /** `null` before the files were looked at. */
  readonly stream: boolean | null
}

/** The position of a loader of a table, and what it learned from its data. JSON, to be kept in a checkpoint. */
export type TableState = {
  /** The function that made the loader. */
  readonly loader: string
  readonly options: TableIdentity
  /** `null` for a loader that does not shuffle. */
  readonly seed: number | null
  /** The epoch that is under way or, between two, begins next; from 0. */
  readonly epoch: number
  /** Batches of that epoch that are done. */
  readonly batch: number
  /** `null` before the files were read. */
  readonly files: readonly FileIdentity[] | null
  /** `null` before they were fit. */
  readonly encoders: Encoders | null
}

/**
 * A saved state, if a loader can resume from it.
 *
 * @throws TypeError for anything that is not a state, RangeError for one of another loader
 */
export function checkTableState(
  saved: unknown,
  owner: string,
  identity: TableIdentity,
  seed: number | undefined,
): TableState {
  if (!isState(saved) || saved.loader !== owner) {
    throw new TypeError(
      `The state to restore is ${quote(saved)}; give what state() of a loader of ${owner} returned.`,
    )
  }
  for (const key of Object.keys(identity) as (keyof TableIdentity)[]) {
    const [was, is] = [saved.options[key], identity[key]]
    const isUnknown = key === 'stream' && (was === null || is === null)
    if (was !== is && !isUnknown) throw mismatch(owner, key, was, is)
  }
  if (seed !== undefined && saved.seed !== null && saved.seed !== seed)
    throw mismatch(owner, 'seed', saved.seed, seed)
  return saved
}

function mismatch(
  owner: string,
  key: string,
  saved: unknown,
  found: unknown,
): RangeError {
  return new RangeError(
    `The state to restore was saved with ${key} ${quote(saved)}, but this ${owner} has ${key} ${quote(found)}, so it would give other batches. Make it with the same options.`,
  )
}

function isState(saved: unknown): saved is TableState {
  const { loader, options, seed, epoch, batch, files, encoders } = Object(
    saved,
  ) as Partial<TableState>
  return (
    typeof loader === 'string' &&
    typeof options === 'object' &&
    options !== null &&
    [epoch, batch].every(isCount) &&
    (options.shuffle ? isCount(seed) : seed === null) &&
    (files === null || Array.isArray(files)) &&
    (encoders === null || isEncoders(encoders))
  )
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
