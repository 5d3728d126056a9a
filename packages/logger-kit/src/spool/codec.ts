import { crc32 } from 'node:zlib'
import type { Entry } from '../record/entry.js'

const HEAD = '{"crc":"'
const MIDDLE = '","record":'
const BODY_AT = HEAD.length + 8 + MIDDLE.length
const SPECIAL = '$number'

/** One line of the spool, its end included: JSON with the checksum of the record's own text. */
export function encodeEntry(entry: Entry): string {
  const body =
    entry.kind === 'metrics' ? metricsText(entry) : JSON.stringify(entry, special)
  return `${HEAD}${checksum(body)}${MIDDLE}${body}}\n`
}

/** The entry of a line without its end; nothing if the line is damaged. */
export function decodeEntry(line: string): Entry | undefined {
  const isLine = line.startsWith(HEAD) && line.startsWith(MIDDLE, HEAD.length + 8)
  if (!isLine || !line.endsWith('}')) return undefined
  const body = line.slice(BODY_AT, -1)
  if (line.slice(HEAD.length, HEAD.length + 8) !== checksum(body)) return undefined
  try {
    return JSON.parse(body, plain) as Entry
  } catch {
    return undefined
  }
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0')

let lastNames: readonly string[] = []
let lastNamesText = '[]'

/** What `JSON.stringify` with {@link special} would give, in a fifth of the time. */
function metricsText(entry: Extract<Entry, { kind: 'metrics' }>): string {
  const { seq, time, step, epoch, source, interval, names, values } = entry
  let text = `{"kind":"metrics","seq":${seq},"time":${time},"step":${step},"epoch":${epoch}`
  if (names !== lastNames) {
    lastNames = names
    lastNamesText = JSON.stringify(names)
  }
  text += `,"source":"${source}","interval":"${interval}","names":${lastNamesText},"values":[`
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number
    text += `${index === 0 ? '' : ','}${numberText(value)}`
  }
  return `${text}]}`
}

const isSpecial = (value: number): boolean =>
  !Number.isFinite(value) || Object.is(value, -0)

const numberText = (value: number): string =>
  isSpecial(value) ? JSON.stringify(specialOf(value)) : String(value)

const specialOf = (value: number) => ({ [SPECIAL]: value === 0 ? '-0' : String(value) })

function special(_: string, value: unknown): unknown {
  return typeof value === 'number' && isSpecial(value) ? specialOf(value) : value
}

function plain(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(SPECIAL in value)) return value
  const number = value[SPECIAL]
  return typeof number === 'string' && Object.keys(value).length === 1
    ? Number(number)
    : value
}
