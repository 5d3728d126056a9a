import { fold, suggestion } from './near-miss.js'
import { faultOf, type OptionFault } from './option-kind.js'
import type { OptionFields } from './option-types.js'
import { quote } from './quote.js'

/** Names of options in other systems, as patterns, with the names used here. */
export type ForeignNames = Readonly<Record<string, string>>

/** Reads an object of options; unknown names are reported first. */
export function readFields(
  options: unknown,
  fields: OptionFields,
  place: string,
  report: (fault: OptionFault) => void,
  foreign: ForeignNames = {},
): Readonly<Record<string, unknown>> {
  const known = Object.keys(fields)
  if (!isOptions(options)) {
    const fault = faultOf(place || 'options', options, describeFields(fields))
    report({ ...fault, foundText: quote(options) })
    return {}
  }
  const nameOf = (key: string) => (place ? `${place}.${key}` : key)
  for (const key of Object.keys(options)) {
    if (Object.hasOwn(fields, key)) continue
    const hint = nameHint(key, known, foreign)
    report({ ...faultOf(nameOf(key), options[key], ''), hint, known })
  }
  const checked: Record<string, unknown> = {}
  for (const [key, { spec }] of Object.entries(fields)) {
    const found = Object.hasOwn(options, key) ? options[key] : undefined
    const isSet = found !== undefined
    if (!isSet && !spec.isRequired && spec.fallback === undefined) continue
    const reportIt = (fault: OptionFault) => report(spec.isSecret ? hidden(fault) : fault)
    checked[key] = spec.read(isSet ? found : spec.fallback, nameOf(key), reportIt)
  }
  return checked
}

/** ` In Regimen it is …` for a name of another system, else the closest known name, or nothing. */
export function nameHint(
  name: string,
  known: Iterable<string>,
  foreign: ForeignNames,
): string {
  const folded = fold(name)
  const isMeant = ([pattern]: [string, string]) => new RegExp(fold(pattern)).test(folded)
  const [, here] = Object.entries(foreign).find(isMeant) ?? []
  if (here !== undefined) return ` In Regimen it is ${here}.`
  const near = suggestion(name, known)
  if (near !== '') return near
  const isPart = (key: string) =>
    folded.startsWith(fold(key)) || folded.endsWith(fold(key))
  const part = [...known].find((key) => key.length > 2 && isPart(key))
  return part === undefined ? '' : ` Did you mean "${part}"?`
}

/** Whether a value is an object that can hold options: not a list, Map or promise. */
const isOptions = (value: unknown): value is Readonly<Record<string, unknown>> =>
  Object.prototype.toString.call(value) === '[object Object]'

function describeFields(fields: OptionFields): string {
  const names = Object.keys(fields)
  const needed = names.filter((name) => fields[name]?.spec.isRequired)
  const listed = (needed.length > 0 ? needed : names)
    .map((name) => `"${name}"`)
    .join(', ')
  return `an object with ${needed.length > 0 ? '' : 'any of '}${listed}`
}

const hidden = (fault: OptionFault): OptionFault => ({
  ...fault,
  found: undefined,
  foundText: fault.found === undefined ? fault.foundText : 'not usable (it is not shown)',
})
