import { fail, messageOf } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import type { LoaderTraits } from './batch-source.js'

/**
 * The position of a loader: its state, and how many batches of the epoch had been taken by then. If a
 * run had used more, the resumed run reads them again and skips them.
 */
export type LoaderPosition = { readonly state: Json; readonly batch: number }

/** What errors need: the loader's place in the data, and whether it was in the middle of an epoch. */
type RestorePlace = { readonly place: string; readonly isMidEpoch: boolean }

/**
 * Restores a loader's position.
 *
 * @throws REG_DATA_FAILED; the text says what works with other rows or another batch size
 */
export function restoreLoader(
  loader: LoaderTraits,
  state: Json,
  { place, isMidEpoch }: RestorePlace,
) {
  try {
    loader.restore?.(state)
  } catch (thrown) {
    const key = isMidEpoch ? 'REG_DATA_FAILED.restoreMidEpoch' : 'REG_DATA_FAILED.restore'
    fail(key, { place, message: messageOf(thrown) }, { cause: thrown })
  }
}
