import { type ArrayLoader, arrayLoader, type Batch } from '@regimen/data'
import { type Digits, loadDigits } from './digits.js'
import { splitDigits } from './split-digits.js'

/** Images x `[batch, 28, 28, 1]`, float32 from 0 to 1, and digits y `[batch]`, int32. */
export type DigitLoader = ArrayLoader<Batch<Digits>>

/** Loaders of the three splits; the one to train on has another order in each epoch. */
export async function digitLoaders(): Promise<
  Record<'train' | 'validation' | 'test', DigitLoader>
> {
  const { train, validation, test } = splitDigits(await loadDigits())
  return {
    train: arrayLoader(train, { batchSize: 64, shuffle: true, seed: 1 }),
    validation: arrayLoader(validation, { batchSize: 250 }),
    test: arrayLoader(test, { batchSize: 250 }),
  }
}
