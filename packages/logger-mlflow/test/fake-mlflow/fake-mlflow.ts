import { type Answer, FakeService, type SeenRequest } from '@regimen/logger-kit/testing'
import { ENDPOINTS } from './endpoints.js'
import { type FakeRun, Refusal, Store } from './store.js'

const API = '/api/2.0/mlflow/'
const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts/'

/**
 * A tracking server on loopback, from the REST documentation: it refuses fields that it does not
 * know, whatever is over a limit, and a parameter that changes.
 */
export class FakeMlflow {
  readonly store = new Store()
  readonly service: FakeService
  /** The header that is asked for; nothing if everybody may write. */
  authorization: string | undefined

  constructor(authorization?: string) {
    this.authorization = authorization
    this.service = new FakeService((request) => this.#answer(request))
  }

  get url(): string {
    return this.service.url
  }

  /** All runs, oldest first. */
  get runs(): readonly FakeRun[] {
    return [...this.store.runs.values()]
  }

  /** The only run there is. */
  get run(): FakeRun {
    const [only, ...more] = this.runs
    if (only && more.length === 0) return only
    throw new Error(`There are ${this.runs.length} runs.`)
  }

  /** Bodies of requests to an endpoint, oldest first. */
  sent(endpoint: string): Readonly<Record<string, unknown[]>>[] {
    return this.service.requests
      .filter(({ url }) => url === `${API}${endpoint}`)
      .map(({ body }) => JSON.parse(body.toString()))
  }

  #answer(request: SeenRequest): Answer {
    if (request.headers.authorization !== this.authorization) {
      return { status: 401, body: 'You are not authenticated.' }
    }
    try {
      return { status: 200, body: this.#process(request) }
    } catch (error) {
      if (!(error instanceof Refusal)) return { status: 500, body: String(error) }
      const { code, message, status } = error
      return { status, body: { error_code: code, message } }
    }
  }

  #process({ method, url, body }: SeenRequest): object {
    const { pathname, searchParams } = new URL(url, 'http://loopback')
    if (method === 'PUT' && pathname.startsWith(ARTIFACTS)) return this.#keep(pathname, body)
    const endpoint = ENDPOINTS[`${method} ${pathname.slice(API.length)}`]
    if (!endpoint || !pathname.startsWith(API)) {
      throw new Refusal('ENDPOINT_NOT_FOUND', `No ${method} ${pathname}`, 404)
    }
    const input = method === 'GET' ? Object.fromEntries(searchParams) : JSON.parse(body.toString())
    return endpoint(this.store, input)
  }

  #keep(pathname: string, body: Buffer): object {
    const path = decodeURIComponent(pathname.slice(ARTIFACTS.length))
    const [, , id = '', rest] = /^(\w+)\/(\w+)\/artifacts\/(.+)$/.exec(path) ?? []
    if (rest === undefined || rest.split('/').includes('..')) {
      throw new Refusal('INVALID_PARAMETER_VALUE', `Invalid path: ${path}`)
    }
    this.store.run(id).artifacts.set(rest, body)
    return {}
  }
}
