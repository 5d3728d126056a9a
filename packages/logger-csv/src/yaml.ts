import { printableJson } from './json-lines.js'

/** Values of YAML by key, both as they are written. */
export type YamlEntries = ReadonlyMap<string, string>

/** Keys that need no quotes, but for {@link WORDS}. */
const PLAIN = /^[A-Za-z_][\w/.-]*$/
/** What YAML 1.1 takes for something other than a text. */
const WORDS = /^(true|false|null|yes|no|on|off|y|n)$/i
const ENTRY = /^("(?:[^"\\]|\\.)*"|[^":#\s]+): (.*)$/

/** Entries of a mapping, of which a later one replaces an earlier one. */
export function yamlEntry(
  name: string,
  value: string | number | boolean | null,
): readonly [key: string, value: string] {
  const key =
    PLAIN.test(name) && !WORDS.test(name) ? name : printableJson(JSON.stringify(name))
  return [key, scalar(value)]
}

/** A mapping as a file, with a comment at its head. */
export function yamlOf(comment: string, entries: YamlEntries): string {
  const lines = [...entries].map(([key, value]) => `${key}: ${value}\n`)
  return `# ${comment}\n${lines.length === 0 ? '{}\n' : lines.join('')}`
}

/** What {@link yamlOf} wrote. */
export function parseYaml(text: string): {
  readonly comment: string
  readonly entries: YamlEntries
} {
  const [first = '', ...lines] = text.split('\n')
  const entries = lines.flatMap((line) => {
    const [, key, value] = ENTRY.exec(line) ?? []
    return key === undefined || value === undefined ? [] : [[key, value] as const]
  })
  return { comment: first.replace(/^# /, ''), entries: new Map(entries) }
}

function scalar(value: string | number | boolean | null): string {
  if (typeof value !== 'number') return printableJson(JSON.stringify(value))
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  return Object.is(value, -0) ? '-0.0' : yamlNumber(value)
}

/** YAML 1.1 takes `1e-7` for a text: it wants a point in front of the exponent. */
function yamlNumber(value: number): string {
  return String(value).replace(/^(-?\d+)e/, '$1.0e')
}
