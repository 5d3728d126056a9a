import { DataError } from './data-error.js'
import { type Encoders, isEncoders } from './encoders.js'

/**
 * The encoders in the state of a training loader, or of the loaders that it reads from; `undefined` if it
 * has none.
 *
 * @throws REG_OPTION_INVALID if it has several that differ
 */
export function adoptedEncoders(owner: string, trained: unknown): Encoders | undefined {
  const found = new Map<string, Encoders>()
  const search = (state: unknown): void => {
    if (typeof state !== 'object' || state === null) return
    if (isEncoders(state)) found.set(JSON.stringify(state), state)
    else for (const part of Object.values(state)) search(part)
  }
  search(trained)
  const [encoders, ...others] = found.values()
  if (others.length === 0) return encoders
  const text = `${owner}: the checkpoint has the encoders of ${found.size} loaders, and which of them is meant is not known; expected "encoders" as JSON.`
  throw new DataError('REG_OPTION_INVALID', text, { owner, option: 'encoders' })
}
