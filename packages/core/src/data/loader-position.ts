import { fail, messageOf } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import type { LoaderTraits } from './batch-source.js'

/**
 * Where a loader stands: its state, and how many batches of the epoch had been taken then. A run that
 * had used more reads the rest again and skips it.
 */
export type LoaderPosition = { readonly state: Json; readonly batch: number }

/** Whose position is restored: the loader's place in the data, and where in its epoch it stood. */
type Restoring = { readonly place: string; readonly isMidEpoch: boolean }

/**
 * Puts a loader where another one stood.
 *
 * @throws REG_DATA_FAILED that says what works with other rows or another batch size
 */
export function restoreLoader(loader: LoaderTraits, state: Json, { place, isMidEpoch }: Restoring) {
  try {
    loader.restore?.(state)
  } catch (thrown) {
    const key = isMidEpoch ? 'REG_DATA_FAILED.restoreMidEpoch' : 'REG_DATA_FAILED.restore'
    fail(key, { place, message: messageOf(thrown) }, { cause: thrown })
  }
}
