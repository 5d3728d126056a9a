import { isRegimenError } from '@regimen/core'
import { UsageError } from './usage-error.js'

/** Waits for something that a flag asked for; where that flag is to blame for the failure, it is a {@link UsageError}. */
export async function asked<T>(flag: string | undefined, wish: Promise<T>): Promise<T> {
  try {
    return await wish
  } catch (thrown) {
    if (flag === undefined || !isRegimenError(thrown)) throw thrown
    throw new UsageError(`${flag}: ${thrown.message}`, { cause: thrown })
  }
}
