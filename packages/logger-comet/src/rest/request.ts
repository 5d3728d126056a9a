/** A file or a text that is sent as a file. */
export interface Upload {
  readonly fileName: string
  readonly source: { readonly path: string } | { readonly text: string }
  /** JSON, as a text (comet-java-sdk FormParamName.java). */
  readonly metadata?: string
}

/** One request to Comet, before it has an address and a key. */
export interface CometRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** After the root of the server, without a query. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly json?: object
  readonly isGzipped?: boolean
  readonly upload?: Upload
}

const REST = '/api/rest/v2'

/** A write endpoint that takes JSON (Comet REST v2 docs, write endpoints). */
export function writeRequest(name: string, json: object): CometRequest {
  return { method: 'POST', path: `${REST}/write/experiment/${name}`, json }
}

/** A read endpoint. */
export function readRequest(
  name: string,
  query: Readonly<Record<string, string>>,
): CometRequest {
  return { method: 'GET', path: `${REST}/${name}`, query }
}

/**
 * An upload: all but the bytes and the metadata is in the query (comet-java-sdk
 * QueryParamName.java).
 */
export function uploadRequest(
  name: string,
  query: Readonly<Record<string, string>>,
  upload: Upload,
): CometRequest {
  return { method: 'POST', path: `${REST}/write/experiment/${name}`, query, upload }
}
