import type { OptionSpec } from '../floor/option-kind.js'
import type { OptionFields } from '../floor/option-types.js'

/** An option as tables and help show it. */
export interface OptionRow {
  readonly name: string
  /** As TypeScript writes it. */
  readonly type: string
  /** As JavaScript writes it, or in words; empty where there is none. */
  readonly fallback: string
  readonly meaning: string
}

/** The options of a schema as rows of a table, in their order. */
export function optionRows({ fields }: { readonly fields: OptionFields }): OptionRow[] {
  return Object.entries(fields).map(([name, { spec }]) => {
    return {
      name,
      type: spec.type,
      fallback: fallbackOf(spec),
      meaning: spec.meaning ?? '',
    }
  })
}

/** The rows as lines of help. */
export function optionLines(rows: readonly OptionRow[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2
  return rows
    .map(({ name, type, fallback, meaning }) => {
      const end = fallback === '' ? '' : `; default: ${fallback}`
      const state = fallback === 'required' ? '; required' : end
      return `  ${name.padEnd(width)}${meaning} (${type}${state})`
    })
    .join('\n')
}

function fallbackOf({ isRequired, fallback, fallbackText }: OptionSpec): string {
  if (isRequired) return 'required'
  if (fallbackText !== undefined) return fallbackText
  return fallback === undefined ? '' : written(fallback)
}

function written(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const entries = Object.entries(value).map(
    ([name, inner]) => `${name}: ${written(inner)}`,
  )
  return entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}'
}
