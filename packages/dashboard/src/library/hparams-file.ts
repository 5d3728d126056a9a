import { parse } from 'yaml'

/** A hyperparameter: what YAML and JSON share. */
export type Hyperparameter = string | number | boolean | null

/**
 * Hyperparameters in the text of a `hparams.yaml`.
 *
 * @returns nothing if it is no mapping of plain values
 */
export function parseHparams(text: string): Record<string, Hyperparameter> | undefined {
  try {
    const found: unknown = parse(text, { version: '1.1', maxAliasCount: 0 })
    if (found === null) return {}
    if (typeof found !== 'object' || Array.isArray(found)) return undefined
    const entries = Object.entries(found)
    return entries.every(isPlain) ? Object.fromEntries(entries) : undefined
  } catch {
    return undefined
  }
}

function isPlain(entry: [string, unknown]): entry is [string, Hyperparameter] {
  return entry[1] === null || ['string', 'number', 'boolean'].includes(typeof entry[1])
}
