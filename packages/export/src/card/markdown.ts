import { printable } from '@regimen/core'

/** A text in a cell or a line: what would end it, or be taken for a tag, is not. */
export function cell(value: unknown): string {
  const text = printable(String(value).replace(/\s+/g, ' ')).trim()
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;')
}

/** A table; nothing without rows. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly unknown[])[],
): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly unknown[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A list of facts; those without a value are left out. */
export function facts(
  entries: readonly (readonly [name: string, value: unknown])[],
): string {
  const known = entries.filter(([, value]) => value !== undefined && value !== '')
  return known.map(([name, value]) => `- ${cell(name)}: ${cell(value)}`).join('\n')
}

/** A number as a person reads it. */
export function numberText(value: unknown): string {
  if (typeof value !== 'number') return String(value)
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value)
  return String(Number(value.toPrecision(5)))
}
