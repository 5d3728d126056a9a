import type { ServerResponse } from 'node:http'

/** Pages that are to hear of changes, through server-sent events. */
export class Watchers {
  readonly #pages = new Set<ServerResponse>()

  get count(): number {
    return this.#pages.size
  }

  /** Keeps an answer open, and sends events with it until its page is gone. */
  add(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write('retry: 2000\n\n')
    this.#pages.add(response)
    response.on('close', () => this.#pages.delete(response))
  }

  send(event: string, data: unknown): void {
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    for (const page of this.#pages) page.write(text)
  }

  close(): void {
    for (const page of this.#pages) page.end()
    this.#pages.clear()
  }
}
