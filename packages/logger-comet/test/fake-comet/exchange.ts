import { gunzipSync } from 'node:zlib'
import { refuse } from './errors.js'

/** A JSON object of unknown content. */
export type Fields = Readonly<Record<string, unknown>>

/** One request as it came in, recorded for tests. */
export interface Exchange {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** As sent, with the query. */
  readonly url: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** When it had come in whole, by the server's clock. */
  readonly at: number
  /** What was answered; 0 where the connection was cut. */
  status: number
}

/** What is sent back; JSON unless it is bytes. */
export interface Answer {
  readonly status: number
  readonly body: Fields | Buffer | string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * The API key of a request: both headers are in use (Comet REST v2 docs; comet-java-sdk
 * Connection.java).
 */
export function keyOf({ headers }: Exchange): string | undefined {
  return headers.authorization ?? headers['comet-sdk-api']
}

/**
 * The JSON body, unpacked where it is gzipped (comet_ml connection: Content-Encoding of batches).
 */
export function jsonOf({ body, headers }: Exchange): Fields {
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
  try {
    const parsed: unknown = JSON.parse(plain.toString('utf8'))
    if (typeof parsed === 'object' && parsed !== null) return parsed as Fields
  } catch {
    // Answered below.
  }
  return refuse(400, 0, 'The body is no JSON object')
}

/** A field that must be a text. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value : refuse(400, 0, `${name} must be a text`)
}

/** A field that must be a finite number. */
export function numberOf(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value === 'number' && Number.isFinite(value)) return value
  return refuse(400, 0, `${name} must be a number`)
}

/** A field that is a number or missing. */
export function optionalNumber(fields: Fields, name: string): number | undefined {
  return fields[name] === undefined || fields[name] === null ? undefined : numberOf(fields, name)
}
