import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { batchSize, clientlibRoutes } from './clientlib.js'
import { Refusal, refuse } from './errors.js'
import { type Answer, type Exchange, keyOf } from './exchange.js'
import type { Experiment } from './experiment.js'
import { type Fault, FaultPlan } from './faults.js'
import { DOCUMENTED, type Limits, LimitWindows, limitKind } from './limits.js'
import { assetRoutes } from './rest-assets.js'
import { readRoutes } from './rest-read.js'
import { writeRoutes } from './rest-write.js'
import { Store, type StoreOptions } from './store.js'

const ROUTES = { ...writeRoutes, ...assetRoutes, ...readRoutes, ...clientlibRoutes }
const HANDSHAKE = /^\/clientlib\/(logger|status-report)\//

/** A Comet on loopback that keeps the rules, forgets nothing and fails on demand. */
export class FakeComet {
  readonly store: Store
  readonly faults = new FaultPlan()
  readonly windows: LimitWindows
  readonly requests: Exchange[] = []
  #server: Server | undefined
  #port = 0
  readonly #sockets = new Set<Socket>()

  /**
   * @param options the length of the minute is `limits.minuteMs`; default limits: the documented
   * ones
   */
  constructor(options: Partial<StoreOptions> & { readonly limits?: Partial<Limits> } = {}) {
    const { limits, ...rest } = options
    this.windows = new LimitWindows({ ...DOCUMENTED, ...limits })
    this.store = new Store({
      apiKey: 'right-key',
      workspaces: ['team'],
      readLagMs: 0,
      beatMs: 50,
      now: Date.now,
      ...rest,
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** All experiments, oldest first. */
  get experiments(): readonly Experiment[] {
    return this.store.experiments
  }

  /** The only experiment there is. */
  get experiment(): Experiment {
    const [only, ...more] = this.experiments
    if (only && more.length === 0) return only
    throw new Error(`There are ${this.experiments.length} experiments.`)
  }

  /** Bodies of requests to a path, oldest first. */
  sent(path: RegExp): Exchange[] {
    return this.requests.filter((one) => path.test(one.path))
  }

  /** Opens the port; the one it had, where it was open before. */
  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#answer(request, response))
    // A connection that ends by a clock looks like a lost answer on a slow machine.
    Object.assign(server, { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 })
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
    return this
  }

  /** Cuts all connections: from now on they are refused. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = await received(request, this.store)
    if (!exchange) return
    this.requests.push(exchange)
    const fault = this.faults.take(exchange.path)
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'drop-before') {
      request.socket.destroy()
      return
    }
    const answer = failed(fault) ?? this.#process(exchange)
    if (fault?.kind === 'drop-after') {
      request.socket.destroy()
      return
    }
    exchange.status = answer.status
    if (fault?.kind === 'delay') await wait(fault.ms)
    await send(response, answer, fault)
  }

  #process(exchange: Exchange): Answer {
    try {
      const { path, method } = exchange
      if (keyOf(exchange) !== this.store.options.apiKey && !HANDSHAKE.test(path)) {
        return refuse(401, 0, 'The API key is not valid')
      }
      const handler = ROUTES[`${method} ${path}`]
      if (!handler) return refuse(404, 0, `No endpoint ${method} ${path}`)
      const kind = limitKind(path)
      if (!this.windows.admit(kind, batchSize(exchange), this.store.now)) {
        return refuse(429, 0, `Too many requests: ${kind}`)
      }
      return { status: 200, body: handler(exchange, this.store) }
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: { ...error.body } }
      return { status: 500, body: { msg: String(error), code: 500 } }
    }
  }
}

async function received(request: IncomingMessage, store: Store): Promise<Exchange | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    return undefined
  }
  const url = request.url ?? '/'
  const { pathname, searchParams } = new URL(url, 'http://loopback')
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  )
  const parts = { path: pathname, query: searchParams, headers, body: Buffer.concat(chunks) }
  return { method: request.method ?? 'GET', url, ...parts, at: store.now, status: 0 }
}

function failed(fault: Fault | undefined): Answer | undefined {
  if (fault?.kind === 'status') {
    const { status, headers = {}, body = JSON.stringify({ msg: 'No', code: status }) } = fault
    return { status, headers, body }
  }
  if (fault?.kind !== 'html-502') return undefined
  const headers = { 'content-type': 'text/html' }
  return { status: 502, headers, body: '<html><h1>502 Bad Gateway</h1></html>' }
}

async function send(response: ServerResponse, answer: Answer, fault?: Fault): Promise<void> {
  const { body, status, headers } = answer
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body)
  const bytes = Buffer.from(isRaw ? body : JSON.stringify(body))
  if (fault?.kind === 'cut-answer') {
    response.writeHead(status, { 'content-length': bytes.length + 1 })
    response.write(bytes)
    setImmediate(() => response.destroy())
    return
  }
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  if (fault?.kind === 'slow-body') {
    for (const byte of bytes) {
      response.write(Buffer.of(byte))
      await wait(fault.ms)
    }
  }
  if (fault?.kind === 'truncated') response.write(bytes.subarray(0, bytes.length / 2))
  response.end(fault?.kind === 'slow-body' || fault?.kind === 'truncated' ? undefined : bytes)
}
