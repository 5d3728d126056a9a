import { openAsBlob } from 'node:fs'
import {
  isLoggerError,
  LoggerError,
  type LoggerFetch,
  type LoggerRequest,
  type Secret,
} from '@regimen/logger-kit/writer'

/** Time for the bytes of a file: models are large. */
const UPLOAD_TIMEOUT_MS = 900_000
/** A database may be slow; MLflow's own client waits two minutes. */
const TIMEOUT_MS = 30_000

/** What a client needs. */
export interface ClientOptions {
  readonly fetch: LoggerFetch
  /** Address of the server, without a slash at the end. */
  readonly url: string
  readonly authorization: Secret | undefined
}

/** The bytes of an artifact. */
export type ArtifactSource = { readonly path: string } | { readonly text: string }

/** Sends requests to a tracking server (REST API 2.0, mlflow.org/docs/latest/rest-api.html). */
export class MlflowClient {
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#options = options
  }

  /** Address of the server. */
  get url(): string {
    return this.#options.url
  }

  /** Calls an endpoint that changes something. @throws LoggerError */
  post<Answer = unknown>(endpoint: string, fields: object): Promise<Answer> {
    return this.#call(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fields),
    })
  }

  /** Calls an endpoint that reads. @throws LoggerError */
  get<Answer>(
    endpoint: string,
    query: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    return this.#call(`${endpoint}?${new URLSearchParams(query)}`, {})
  }

  /** Uploads an artifact through the server. @throws LoggerError */
  async upload(path: string, source: ArtifactSource): Promise<void> {
    const place = path.split('/').map(encodeURIComponent).join('/')
    const isText = 'text' in source
    await this.#send(`/api/2.0/mlflow-artifacts/artifacts/${place}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: isText ? new Blob([source.text]) : await openAsBlob(source.path),
      timeoutMs: UPLOAD_TIMEOUT_MS,
    })
  }

  async #call<Answer>(endpoint: string, request: LoggerRequest): Promise<Answer> {
    const response = await this.#send(`/api/2.0/mlflow/${endpoint}`, {
      timeoutMs: TIMEOUT_MS,
      ...request,
    })
    try {
      return (await response.json()) as Answer
    } catch (cause) {
      const text = `The answer to ${endpoint.split('?')[0]} could not be read: is an MLflow server at ${this.url}?`
      throw new LoggerError('retry', text, { isAmbiguous: true, cause })
    }
  }

  async #send(path: string, { headers, ...request }: LoggerRequest): Promise<Response> {
    const { fetch, url, authorization } = this.#options
    const key = authorization && { authorization: authorization.reveal() }
    try {
      return await fetch(`${url}${path}`, { ...request, headers: { ...headers, ...key } })
    } catch (error) {
      throw isLoggerError(error) && error.kind === 'auth'
        ? explained(error, authorization !== undefined)
        : error
    }
  }
}

/** The `error_code` of an answer that says no. */
export function errorCode(error: unknown): string | undefined {
  return errorFields(error)?.error_code
}

/** The `message` of an answer that says no. */
export function errorMessage(error: unknown): string | undefined {
  return errorFields(error)?.message
}

function errorFields(error: unknown): Partial<Record<string, string>> | undefined {
  if (!isLoggerError(error) || error.body === undefined) return undefined
  try {
    return Object(JSON.parse(error.body)) as Record<string, string>
  } catch {
    return undefined
  }
}

function explained(error: LoggerError, hasKey: boolean): LoggerError {
  const { status, body, message } = error
  const why = hasKey
    ? 'MLflow does not accept the token or password'
    : 'MLflow asks for a token or password'
  const way =
    'Check MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD'
  const text = `${why} (status ${status}): ${message} ${way}.`
  return new LoggerError('auth', text, { status, body, cause: error })
}
