import { objectSchema } from './option-json.js'
import { faultOf, type OptionFault, OptionKind, type OptionSpec } from './option-kind.js'
import type { CheckedOptions, GivenOptions, OptionFields } from './option-types.js'
import { readFields } from './read-options.js'

/** A list of values of one kind. */
export function list<Given, Checked>(
  item: OptionKind<Given, 'optional', Checked>,
): OptionKind<readonly Given[], 'optional', readonly Checked[]> {
  const { wanted, type, json } = item.spec
  const expected = `a list, each item ${wanted}`
  return new OptionKind({
    wanted: expected,
    type: /\W/.test(type) ? `(${type})[]` : `${type}[]`,
    json: json && { type: 'array', items: json },
    read(found, option, report) {
      if (Array.isArray(found)) {
        return found.map((value, index) =>
          item.spec.read(value, `${option}[${index}]`, report),
        )
      }
      report(faultOf(option, found, expected))
      return undefined
    },
  })
}

/** An object with any keys, and values of one kind. */
export function record<Given, Checked>(
  item: OptionKind<Given, 'optional', Checked>,
): OptionKind<
  Readonly<Record<string, Given>>,
  'optional',
  Readonly<Record<string, Checked>>
> {
  const { wanted, type, json } = item.spec
  const expected = `an object, each value ${wanted}`
  return new OptionKind({
    wanted: expected,
    type: `Record<string, ${type}>`,
    json: json && { type: 'object', additionalProperties: json },
    read(found, option, report) {
      if (!isObject(found)) {
        report(faultOf(option, found, expected))
        return undefined
      }
      const read = ([name, value]: [string, unknown]) =>
        [name, item.spec.read(value, `${option}.${name}`, report)] as const
      return Object.fromEntries(Object.entries(found).map(read))
    },
  })
}

/** A nested object of options. */
export function group<const Fields extends OptionFields>(
  fields: Fields,
): OptionKind<GivenOptions<Fields>, 'optional', CheckedOptions<Fields>> {
  const parts = Object.entries(fields).map(([name, { spec }]) => [name, spec] as const)
  const properties = parts.map(
    ([name, spec]) => `${name}${spec.isRequired ? '' : '?'}: ${spec.type}`,
  )
  return new OptionKind({
    wanted: `{ ${parts.map(([name]) => name).join(', ')} }`,
    type: `{ ${properties.join('; ')} }`,
    json: objectSchema(fields),
    read: (found, option, report) => readFields(found, fields, option, report),
  })
}

/** A value of one of several kinds. */
export function either<Given extends readonly unknown[]>(
  ...kinds: { readonly [Index in keyof Given]: OptionKind<Given[Index]> }
): OptionKind<Given[number]> {
  const specs = (kinds as readonly { readonly spec: OptionSpec }[]).map(
    ({ spec }) => spec,
  )
  const wanted = specs.map((spec) => spec.wanted).join(', or ')
  const schemas = specs.flatMap(({ json }) => json ?? [])
  return new OptionKind({
    wanted,
    type: [...new Set(specs.map(({ type }) => type))].join(' | '),
    json: schemas.length > 0 ? { anyOf: schemas } : undefined,
    read(found, option, report) {
      const all: OptionFault[] = []
      for (const spec of specs) {
        const faults: OptionFault[] = []
        const value = spec.read(found, option, (fault) => faults.push(fault))
        if (faults.length === 0) return value
        all.push(...faults)
      }
      // A fault from inside the value, or with a hint, says more than one about all kinds.
      const best = all.find((fault) => fault.option !== option || fault.hint !== '')
      report(best ?? faultOf(option, found, wanted))
      return undefined
    },
  })
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
