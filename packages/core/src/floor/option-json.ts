import type { JsonSchema } from './number-range.js'
import type { OptionSpec } from './option-kind.js'
import type { OptionFields } from './option-types.js'

/** The JSON schema of an object of options. */
export function objectSchema(fields: OptionFields): JsonSchema {
  const parts = Object.entries(fields)
  const said = parts.flatMap(([name, { spec }]) =>
    spec.json ? [[name, propertyOf(spec)]] : [],
  )
  const required = parts.filter(([, { spec }]) => spec.isRequired).map(([name]) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(said),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  }
}

function propertyOf({ json, meaning, fallback, range }: OptionSpec): JsonSchema {
  const isJson =
    fallback !== undefined && Number.isFinite(fallback ?? 0) === (range !== undefined)
  return {
    ...json,
    ...(meaning !== undefined && { description: meaning }),
    ...(isJson && { default: fallback }),
  }
}
