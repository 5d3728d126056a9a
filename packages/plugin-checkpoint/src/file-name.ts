import { invalidOption } from '@regimen/core'

/** The ending of every checkpoint. */
export const EXTENSION = '.safetensors'
/** Names that are given to no numbered file. */
export const LABELS = ['last', 'best', 'exception'] as const

const PLACEHOLDER = /\{([^{}:]+)(?::([^{}]*))?\}/g
const FORMAT = /^(\+?)(0?)(\d*)(?:\.(\d+))?([dfeg%]?)$/

/** How file names are made. */
export interface NameTemplate {
  /** `{epoch}-{step}-{val_loss:.2f}`: metrics, `epoch` (from 0) and `step` in braces, with a format. */
  readonly filename: string
  /** Whether each value is led in by its name: `epoch=3` rather than `3`. */
  readonly insertNames: boolean
}

/** Refuses a template that makes no file names. @throws REG_OPTION_INVALID */
export function checkTemplate(filename: string): void {
  const expected = templateFault(filename)
  if (expected !== undefined) invalidOption('checkpoint', 'filename', filename, expected)
}

/** What a template should be that makes no file names. */
function templateFault(filename: string): string | undefined {
  if (filename === '') return 'a text such as "{epoch}-{step}"'
  const fixed = filename.replace(PLACEHOLDER, '')
  if (/[{}]/.test(fixed)) return 'a text whose braces match'
  if (/[/\\:*?"<>|\0]/.test(fixed)) {
    return 'a text without slashes and other signs that file names cannot hold'
  }
  const formats = [...filename.matchAll(PLACEHOLDER)].map(([, , format = '']) => format)
  const unknown = formats.find((format) => !FORMAT.test(format))
  if (unknown !== undefined)
    return `formats such as .2f, 03d or .3e, which "${unknown}" is not`
  const isTaken =
    (LABELS as readonly string[]).includes(filename) || filename.startsWith('.')
  return isTaken ? 'another name, as that one is taken' : undefined
}

/**
 * A file's name without its ending. A metric that is not there counts as 0; a slash in a metric's
 * name becomes `_`, so that no folder arises.
 */
export function nameOf(
  { filename, insertNames }: NameTemplate,
  values: Readonly<Record<string, number>>,
): string {
  return filename.replace(PLACEHOLDER, (_, key: string, spec = '') => {
    const text = formatted(values[key] ?? 0, spec)
    return insertNames ? `${key.replace(/[/\\:*?"<>|]/g, '_')}=${text}` : text
  })
}

/** A free name: with `-v1`, `-v2` and so on if the plain one is taken. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name
  for (let version = 1; isTaken(free); version++) free = `${name}-v${version}`
  return free
}

function formatted(value: number, spec: string): string {
  const [, plus = '', zero = '', width = '', digits, kind = ''] = FORMAT.exec(spec) ?? []
  const text = body(value, kind, digits === undefined ? undefined : Number(digits))
  const signed = plus !== '' && value >= 0 ? `+${text}` : text
  if (zero === '') return signed.padStart(Number(width || 0), ' ')
  const sign = /^[+-]/.exec(signed)?.[0] ?? ''
  return sign + signed.slice(sign.length).padStart(Number(width || 0) - sign.length, '0')
}

function body(value: number, kind: string, digits: number | undefined): string {
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  if (kind === 'd') return String(Math.trunc(value))
  if (kind === 'f') return value.toFixed(digits ?? 6)
  if (kind === '%') return `${(value * 100).toFixed(digits ?? 6)}%`
  if (kind === 'e')
    return value.toExponential(digits ?? 6).replace(/e([+-])(\d)$/, 'e$10$2')
  return digits === undefined
    ? String(value)
    : String(Number(value.toPrecision(digits || 1)))
}
