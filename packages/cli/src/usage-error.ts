import { isRegimenError } from '@regimen/core'

/** What was typed cannot be done as it was typed: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Waits for something that a flag asked for; where that flag is to blame for the failure, it is a {@link UsageError}. */
export async function asked<T>(flag: string | undefined, wish: Promise<T>): Promise<T> {
  try {
    return await wish
  } catch (thrown) {
    if (flag === undefined || !isRegimenError(thrown)) throw thrown
    throw new UsageError(`${flag}: ${thrown.message}`, { cause: thrown })
  }
}
