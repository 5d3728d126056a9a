import { posix } from 'node:path'
import { Refusal } from './store.js'

export type Fields = Readonly<Record<string, unknown>>

const invalid = (text: string): Refusal => new Refusal('INVALID_PARAMETER_VALUE', text)

/** A JSON object with no other fields than those of the message (mlflow/protos/service.proto). */
export function fieldsOf(value: unknown, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('Expected a JSON object')
  }
  const unknown = Object.keys(value).filter((name) => !known.includes(name))
  if (unknown.length > 0) throw invalid(`No field named ${unknown.join(', ')}`)
  return value as Fields
}

export function textOf(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string' && value !== '') return value
  throw invalid(`Missing value for required parameter '${name}'.`)
}

export function integerOf(fields: Fields, name: string): number {
  const value = fields[name]
  if (Number.isInteger(value) && Number(value) >= 0) return Number(value)
  throw invalid(`Invalid value ${JSON.stringify(value)} for parameter '${name}': no int64`)
}

export function listOf(fields: Fields, name: string, most: number): readonly unknown[] {
  const value = fields[name] ?? []
  if (!Array.isArray(value)) throw invalid(`'${name}' is no array`)
  if (value.length <= most) return value
  throw invalid(`A batch logging request can contain at most ${most} ${name}. Got ${value.length}`)
}

/** A double of the JSON of Protocol Buffers, where numbers that JSON lacks are texts. */
export function doubleOf(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value === 'number') return value
  const isNumber = typeof value === 'string' && /^(NaN|-?Infinity|-?\d+(\.\d+)?)$/.test(value)
  if (isNumber) return Number(value)
  throw invalid(`Invalid value ${JSON.stringify(value)} for parameter '${name}': no double`)
}

/** A name by the rules of mlflow/utils/validation.py. */
export function nameOf(fields: Fields): string {
  const name = textOf(fields, 'key')
  if (!/^[/\p{L}\p{N}_.\- :]*$/u.test(name)) {
    throw invalid(`Invalid name: '${name}'. Names may only contain alphanumerics, …`)
  }
  const normal = posix.normalize(name)
  if (normal !== name || normal === '.' || /^(\.\.|\/)/.test(normal) || name.endsWith('/')) {
    throw invalid(`Invalid name: '${name}'. This name would resolve to '${normal}'`)
  }
  if (name.length <= 250) return name
  throw invalid(`Key '${name}' had length ${name.length}, which exceeded length limit of 250`)
}
