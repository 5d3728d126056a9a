import { type ArrayLoader, arrayLoader, type Batch } from '@regimen/data'
import { type Digits, loadDigits } from './digits.js'
import { splitDigits } from './split-digits.js'

/** Images x `[batch, 28, 28, 1]`, from 0 to 1, and digits y `[batch]`; both float32. */
export type DigitLoader = ArrayLoader<Batch<Digits>>

/** A loader for each of the three splits. */
export type DigitLoaders = Record<'train' | 'validation' | 'test', DigitLoader>

/** Reads the digits and makes loaders; the one to train on has another order in each epoch. */
export async function digitLoaders(): Promise<DigitLoaders> {
  const { train, validation, test } = splitDigits(await loadDigits())
  return {
    train: arrayLoader(columns(train), { batchSize: 64, shuffle: true, seed: 1 }),
    validation: arrayLoader(columns(validation), { batchSize: 250 }),
    test: arrayLoader(columns(test), { batchSize: 250 }),
  }
}

/** The sparse losses of tfjs-layers take labels as float32 only. */
function columns({ x, y }: Digits) {
  return { x, y: { data: y, dtype: 'float32' as const } }
}
