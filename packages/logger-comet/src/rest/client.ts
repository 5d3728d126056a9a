import { openAsBlob } from 'node:fs'
import { gzipSync } from 'node:zlib'
import {
  isLoggerError,
  LoggerError,
  type LoggerFetch,
  type LoggerRequest,
  type Secret,
} from '@regimen/logger-kit/writer'
import type { CometRequest, Upload } from './request.js'

/** `COMET_TIMEOUT_FILE_UPLOAD` of Comet's own clients. */
const UPLOAD_TIMEOUT_MS = 900_000
const PAYMENT_REQUIRED = 402

/** Codes of comet-java-sdk SdkErrorCodes.java and of comet_ml that decide something. */
export const SDK_CODE = {
  noWriteAccess: 90210,
  noSuchExperiment: 90211,
  badApiKey: 90212,
  experimentExists: 90999,
  obsoleteSdk: 7000008,
} as const

/** What a client needs. */
export interface ClientOptions {
  readonly fetch: LoggerFetch
  /** Root of the server, without a slash at the end. */
  readonly url: string
  readonly apiKey: Secret
}

/** Sends requests to a Comet server, with the key in the header `Authorization` as it is. */
export class CometClient {
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#options = options
  }

  /** The key, for the handshake of the SDK's API, which wants it in the body. */
  get apiKey(): Secret {
    return this.#options.apiKey
  }

  /**
   * @throws LoggerError, of kind `auth` also if Comet says 400 for a key that it does not know
   */
  async send(request: CometRequest): Promise<Response> {
    const { fetch, url, apiKey } = this.#options
    const query = request.query ? `?${new URLSearchParams(request.query)}` : ''
    const { body, headers, timeoutMs } = await payload(request)
    const init: LoggerRequest = {
      method: request.method,
      headers: { authorization: apiKey.reveal(), ...headers },
      ...(body !== undefined && { body }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    }
    try {
      return await fetch(`${url}${request.path}${query}`, init)
    } catch (error) {
      throw isLoggerError(error) ? explained(error, apiKey) : error
    }
  }

  /**
   * Sends and reads the JSON of the answer. An answer that is cut off is ambiguous: it was carried
   * out.
   */
  async ask<Answer>(request: CometRequest): Promise<Answer> {
    return answerOf(await this.send(request), request)
  }
}

/** The JSON of an answer. @throws LoggerError that is ambiguous: the request was carried out */
export async function answerOf<Answer>(
  response: Response,
  { method, path }: CometRequest,
): Promise<Answer> {
  try {
    return (await response.json()) as Answer
  } catch (cause) {
    const text = `Comet's answer to ${method} ${path} could not be read.`
    throw new LoggerError('retry', text, { isAmbiguous: true, cause })
  }
}

/** The `sdk_error_code` of an answer that says no. */
export function sdkCode(error: unknown): number | undefined {
  if (!isLoggerError(error) || error.body === undefined) return undefined
  try {
    const code: unknown = JSON.parse(error.body)?.sdk_error_code
    return typeof code === 'number' ? code : undefined
  } catch {
    return undefined
  }
}

function explained(error: LoggerError, apiKey: Secret): LoggerError {
  const code = sdkCode(error)
  const isRefused = code === SDK_CODE.badApiKey || code === SDK_CODE.noWriteAccess
  const { status, body, retryAfterMs, isAmbiguous } = error
  if (status === PAYMENT_REQUIRED) {
    const text = `Comet takes nothing from this account until it is paid for: ${error.message}`
    return new LoggerError('auth', text, { status, body, cause: error })
  }
  if (error.kind !== 'auth' && !isRefused) return error
  const why = `Comet does not accept the API key ${apiKey} (status ${status}): ${error.message}`
  const way =
    'Check apiKey, COMET_API_KEY or .comet.config, and that it may write to the workspace'
  const details = { status, body, retryAfterMs, isAmbiguous, cause: error }
  return new LoggerError('auth', `${why} ${way}.`, details)
}

type Payload = Pick<LoggerRequest, 'body' | 'headers' | 'timeoutMs'>

async function payload({ json, upload, isGzipped }: CometRequest): Promise<Payload> {
  if (upload) return { body: await form(upload), timeoutMs: UPLOAD_TIMEOUT_MS }
  if (json === undefined) return {}
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  const body = JSON.stringify(json)
  if (!isGzipped) return { body, headers }
  return {
    body: new Uint8Array(gzipSync(body)),
    headers: { ...headers, 'content-encoding': 'gzip' },
  }
}

/** The bytes of a file are read while they are sent. */
async function form({ fileName, source, metadata }: Upload): Promise<FormData> {
  const data = new FormData()
  const isText = 'text' in source
  data.append(
    'file',
    isText ? new Blob([source.text]) : await openAsBlob(source.path),
    fileName,
  )
  if (metadata !== undefined) data.append('metadata', metadata)
  return data
}
