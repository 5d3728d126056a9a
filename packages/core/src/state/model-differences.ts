import { quote } from '../floor/quote.js'

/** What a variable is, as far as a saved one must be the same. */
export type VariableKind = { readonly dtype: string; readonly shape: readonly number[] }
type Kinds = Readonly<Record<string, VariableKind>>

/** How many names of each kind of difference are listed. */
const LISTED = 3

/**
 * How saved variables differ from those of a module, for an error's text: what is missing, what is too
 * many and what has another shape or dtype, each with its count and its first names. Nothing where they
 * are the same.
 */
export function modelDifferences(saved: Kinds, here: Kinds): string | undefined {
  const missing = Object.keys(here).filter((name) => !Object.hasOwn(saved, name))
  const extra = Object.keys(saved).filter((name) => !Object.hasOwn(here, name))
  const other = Object.entries(saved).flatMap(([name, there]) => {
    const own = Object.hasOwn(here, name) ? here[name] : undefined
    if (own === undefined || kindOf(there) === kindOf(own)) return []
    return [`${quote(name)} is ${kindOf(there)} in it and ${kindOf(own)} here`]
  })
  const parts = [
    listed('missing in it', missing.map(quote)),
    listed('not here', extra.map(quote)),
    listed('of another shape or dtype', other),
  ]
  return parts.filter((part) => part !== undefined).join('; ') || undefined
}

function listed(what: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : ''
  return `${what} (${names.length}): ${names.slice(0, LISTED).join(', ')}${more}`
}

const kindOf = ({ dtype, shape }: VariableKind): string => `${dtype} [${shape}]`
