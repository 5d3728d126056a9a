import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { faultsOf, plain, REQUESTS } from './otlp.js'

/** A request as the collector has it. */
export interface SeenRequest {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Answers a request; `false` lets the collector take it. */
export type Answer = (request: SeenRequest, response: ServerResponse) => boolean

export interface SeenSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
  readonly status: { readonly code: number; readonly message?: string }
  readonly events: readonly { readonly name: string; readonly attributes: unknown }[]
}

export interface SeenPoint {
  readonly name: string
  readonly kind: string
  readonly unit: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly point: Readonly<Record<string, unknown>>
}

/** An OTLP/HTTP collector on loopback that takes JSON and nothing that its schema does not know. */
export class Collector {
  readonly requests: SeenRequest[] = []
  readonly spans: SeenSpan[] = []
  readonly points: SeenPoint[] = []
  readonly faults: string[] = []
  answer: Answer = () => false
  readonly #server = createServer((request, response) => void this.#receive(request, response))

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  up(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  down(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const { url: path = '', headers } = incoming
    const request = { path, headers, body: Buffer.concat(chunks) }
    this.requests.push(request)
    if (this.answer(request, response)) return
    if (headers['content-type'] === 'application/json') this.#take(request)
    response.writeHead(200, { 'content-type': headers['content-type'] }).end()
  }

  #take({ path, body }: SeenRequest): void {
    const decoded = JSON.parse(body.toString())
    this.faults.push(...faultsOf(decoded, REQUESTS[path] ?? (() => false), path))
    for (const { resource, scopeSpans } of decoded.resourceSpans ?? [])
      for (const { spans } of scopeSpans)
        for (const span of spans)
          this.spans.push({
            ...span,
            attributes: plain(span.attributes),
            resource: plain(resource.attributes),
          })
    for (const { scopeMetrics } of decoded.resourceMetrics ?? [])
      for (const { metrics } of scopeMetrics)
        for (const { name, unit, description: _, ...kinds } of metrics)
          for (const [kind, { dataPoints }] of Object.entries<{ dataPoints: never[] }>(kinds))
            for (const point of dataPoints as { attributes: never[] }[])
              this.points.push({ name, unit, kind, point, attributes: plain(point.attributes) })
  }
}

/** A collector for one test. */
export async function collector(): Promise<Collector> {
  const made = new Collector()
  await made.up()
  onTestFinished(() => made.down())
  return made
}
