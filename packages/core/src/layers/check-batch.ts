import { isTensor } from '../data/containers.js'
import { RegimenError } from '../floor/errors.js'
import { suggestion } from '../floor/near-miss.js'
import { quote } from '../floor/quote.js'

const WANTED =
  'layersModule() uses { x, y } (or { xs, ys }), and for predict { x } (or { xs })'

/**
 * Refuses a batch that is not a record of inputs, and keys that would silently be ignored.
 *
 * @param columns further ones that are used: weights of rows
 * @throws REG_DATA_INVALID
 */
export function checkLayersBatch(batch: unknown, columns: readonly string[]): void {
  if (isTensor(batch)) refuse('The batch is a tensor', batch)
  if (Array.isArray(batch)) refuse(`The batch is a list of ${batch.length}`, batch)
  if (typeof batch !== 'object' || batch === null)
    refuse(`The batch is ${quote(batch)}`, batch)
  for (const key in batch) {
    if (['x', 'y', 'xs', 'ys', ...columns].includes(key)) continue
    const more = columns.map((column) => ` and ${column}`).join('')
    const hint = suggestion(key, columns)
    const text = `The batch has the key ${quote(key)}; layersModule() uses x and y (or xs and ys)${more} only.${hint} Leave it out, name a column of weights by "sampleWeight", or write a module whose trainingStep uses it.`
    throw new RegimenError('REG_DATA_INVALID', text, { data: { key } })
  }
  if (!has(batch, 'x') && !has(batch, 'xs'))
    refuse('The batch has no x (or xs)', Object.keys(batch))
}

/** Refuses a batch without targets if a loss is computed. @throws REG_DATA_INVALID */
export function checkTargets(batch: object): void {
  if (!has(batch, 'y') && !has(batch, 'ys'))
    refuse('The batch has no y (or ys)', Object.keys(batch))
}

const has = (batch: object, key: string) =>
  (batch as Readonly<Record<string, unknown>>)[key] !== undefined

function refuse(what: string, found: unknown): never {
  throw new RegimenError('REG_DATA_INVALID', `${what}; ${WANTED}.`, { data: { found } })
}
