import { quote } from '../floor/quote.js'

/** What must be the same in a variable and in the one saved for it. */
export type VariableKind = { readonly dtype: string; readonly shape: readonly number[] }
type Kinds = Readonly<Record<string, VariableKind>>

/** How many names of each kind of difference are listed. */
const LISTED = 3

/**
 * How saved variables differ from those of a module, for an error's text: which are missing, which are
 * unknown and which have another shape or dtype, each with a count and the first names; `undefined` if
 * they are the same.
 */
export function modelDifferences(saved: Kinds, here: Kinds): string | undefined {
  const missing = Object.keys(here).filter((name) => !Object.hasOwn(saved, name))
  const extra = Object.keys(saved).filter((name) => !Object.hasOwn(here, name))
  const different = Object.entries(saved).flatMap(([name, variable]) => {
    const current = Object.hasOwn(here, name) ? here[name] : undefined
    if (current === undefined || kindOf(variable) === kindOf(current)) return []
    return [`${quote(name)} is ${kindOf(variable)} in it and ${kindOf(current)} here`]
  })
  const parts = [
    listed('missing in it', missing.map(quote)),
    listed('not here', extra.map(quote)),
    listed('of another shape or dtype', different),
  ]
  return parts.filter((part) => part !== undefined).join('; ') || undefined
}

function listed(what: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : ''
  return `${what} (${names.length}): ${names.slice(0, LISTED).join(', ')}${more}`
}

const kindOf = ({ dtype, shape }: VariableKind): string => `${dtype} [${shape}]`
