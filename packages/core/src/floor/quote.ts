/** A value as it would be written in code, cut to a readable length. */
export function quote(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' && typeof value !== 'string') return String(value)
  const { name = 'object' } = Object(value).constructor ?? {}
  if (!['Object', 'Array', 'String'].includes(name)) return name
  try {
    const text = JSON.stringify(value)
    return text.length > 80 ? `${text.slice(0, 77)}...` : text
  } catch {
    return 'object'
  }
}

/** A list of names in quotes, `none` for an empty one. */
export const quoteAll = (names: Iterable<string>): string =>
  [...names].map(quote).join(', ') || 'none'
