import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A request as the service saw it. */
export interface SeenRequest {
  readonly method: string
  /** Path with the query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** `performance.now()` when it was complete. */
  readonly at: number
}

/** What the service answers. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is if it is text, else as JSON. */
  readonly body?: unknown
}

/**
 * What goes wrong with a request: an answer in place of the real one; a connection cut before it was
 * carried out, or after; an answer that is cut in the middle; one that comes late; none at all.
 */
export type Fault =
  | Answer
  | 'drop-before'
  | 'apply-then-drop'
  | 'cut-answer'
  | 'hang'
  | { readonly delayMs: number }

interface PlannedFault {
  readonly fault: Fault
  readonly path: RegExp
  times: number
}

/** A service on loopback whose requests fail as planned: what a fake of any real service is built on. */
export class FakeService {
  readonly requests: SeenRequest[] = []
  readonly #answer: (request: SeenRequest) => Answer | Promise<Answer>
  readonly #sockets = new Set<Socket>()
  #faults: PlannedFault[] = []
  #server: Server | undefined
  #port = 0

  /** @param answer carries a request out */
  constructor(answer: (request: SeenRequest) => Answer | Promise<Answer>) {
    this.#answer = answer
  }

  /** `http://127.0.0.1:<port>`, the same after {@link down} and {@link up}. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Begins to listen: on a free port, later on the same. */
  async up(): Promise<this> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { method = 'GET', url = '/', headers } = request
        const at = performance.now()
        const seen = { method, url, headers, body: Buffer.concat(chunks), at }
        this.requests.push(seen)
        this.#respond(seen, response).catch(() => response.destroy())
      })
    })
    // A connection that ends by a clock looks like a lost answer on a slow machine.
    Object.assign(server, { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 })
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#port, '127.0.0.1', resolve)
    })
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
    return this
  }

  /** Cuts all connections and refuses new ones. */
  async down(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  /** Lets the next `times` requests whose path matches fail; the first planned fault that matches is taken. */
  fail(
    fault: Fault,
    { times = 1, path = /.*/ }: { times?: number; path?: RegExp } = {},
  ): void {
    this.#faults.push({ fault, path, times })
  }

  /** Forgets all planned faults. */
  heal(): void {
    this.#faults = []
  }

  async #respond(request: SeenRequest, response: ServerResponse): Promise<void> {
    const planned = this.#faults.find(
      ({ path, times }) => times > 0 && path.test(request.url),
    )
    if (planned) planned.times--
    const fault = planned?.fault
    if (fault === 'hang') return
    if (fault === 'drop-before') return void response.destroy()
    if (typeof fault === 'object' && 'status' in fault) return send(response, fault)
    if (typeof fault === 'object') {
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs).unref())
    }
    const answer = await this.#answer(request)
    if (fault === 'apply-then-drop') return void response.destroy()
    if (fault !== 'cut-answer') return send(response, answer)
    response.writeHead(answer.status, { 'content-length': '4096' })
    response.write('{"cut')
    setImmediate(() => response.destroy())
  }
}

function send(
  response: ServerResponse,
  { status, headers = {}, body = {} }: Answer,
): void {
  const isText = typeof body === 'string'
  const type = isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(isText ? body : JSON.stringify(body))
}
