import { quote } from './checks.js'

/** What a loader gives batches from, as far as a saved position depends on it. */
export type LoaderIdentity = {
  readonly rows: number
  readonly batchSize: number
  readonly dropLast: boolean
  readonly shuffle: boolean
  /** A digest of what decides how often each row is drawn. */
  readonly weights?: string
}

/** The position of a loader: Json, to be kept in a checkpoint. */
export type ArrayLoaderState = LoaderIdentity & {
  /** `null` for a loader that does not shuffle. */
  readonly seed: number | null
  /** The epoch that is under way or, between two, begins next; from 0. */
  readonly epoch: number
  /** Batches of that epoch that are done. */
  readonly batch: number
}

/** What {@link checkState} compares a saved state with. */
export interface StateCheck {
  /** The function that the user called. Default `arrayLoader`. */
  readonly owner?: string
  readonly identity: LoaderIdentity
  /** The seed of the options, if any. */
  readonly seed: number | undefined
  /** Batches per epoch. */
  readonly size: number
}

const IDENTITY = ['rows', 'batchSize', 'dropLast', 'shuffle', 'weights'] as const

/**
 * A saved state, if a loader can resume from it.
 *
 * @throws TypeError for anything that is not a state, RangeError for one of another loader
 */
export function checkState(
  saved: unknown,
  { owner = 'arrayLoader', identity, seed, size }: StateCheck,
): ArrayLoaderState {
  if (!isState(saved)) {
    throw new TypeError(
      `The state to restore is ${quote(saved)}; give what state() of ${owner === 'arrayLoader' ? 'an' : 'a'} ${owner} returned.`,
    )
  }
  for (const key of IDENTITY) {
    if (saved[key] !== identity[key])
      throw mismatch(owner, key, saved[key], identity[key])
  }
  if (seed !== undefined && saved.seed !== null && saved.seed !== seed) {
    throw mismatch(owner, 'seed', saved.seed, seed)
  }
  if (saved.batch >= size) {
    throw new RangeError(
      `The state to restore is at batch ${saved.batch} of an epoch of ${size}; it was changed after it was saved.`,
    )
  }
  return saved
}

function mismatch(
  owner: string,
  key: string,
  saved: unknown,
  found: unknown,
): RangeError {
  return new RangeError(
    `The state to restore was saved with ${key} ${quote(saved)}, but this ${owner} has ${key} ${quote(found)}, so it would give other batches. Make it with the same columns and options.`,
  )
}

function isState(saved: unknown): saved is ArrayLoaderState {
  if (typeof saved !== 'object' || saved === null) return false
  const { rows, batchSize, dropLast, shuffle, seed, epoch, batch } =
    saved as Partial<ArrayLoaderState>
  return (
    [rows, batchSize, epoch, batch].every(isCount) &&
    typeof dropLast === 'boolean' &&
    typeof shuffle === 'boolean' &&
    (shuffle ? isCount(seed) : seed === null)
  )
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
