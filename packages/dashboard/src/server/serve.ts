import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { RunLibrary } from '../library/run-library.js'
import { answerTo } from './answers.js'
import { refusalOf, SAFE_HEADERS } from './guard.js'
import { Watchers } from './watchers.js'

/** What {@link serveDashboard} takes. */
export interface DashboardOptions {
  /** Folder that holds the runs. */
  readonly root: string
  /** Port on 127.0.0.1. Default 0: any that is free. */
  readonly port?: number
  /** How often files are looked at while a page is open, in milliseconds. Default 1000; 0 for never. */
  readonly pollMs?: number
}

/** A page that is being served. */
export interface Dashboard {
  /** Its address on this machine. */
  readonly url: string
  /** Looks at the files now, and tells the open pages what changed. */
  poll(): Promise<void>
  close(): Promise<void>
}

/**
 * Serves a page that shows runs, on 127.0.0.1 only. It answers GET requests under a name of this machine
 * and sends nothing but the page and what the runs hold.
 *
 * @throws the system's error if the port is taken or the folder cannot be read
 * @example
 * ```ts no-run
 * const dashboard = await serveDashboard({ root: 'runs' })
 * console.log(dashboard.url)
 * ```
 */
export async function serveDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { root, port = 0, pollMs = 1000 } = options
  const library = new RunLibrary(root)
  await library.refresh()
  const watchers = new Watchers()
  let polling: Promise<void> | undefined

  async function look(): Promise<void> {
    const { changed, removed } = await library.refresh()
    if (changed.length + removed.length > 0) watchers.send('change', { changed, removed })
  }
  const poll = () => {
    polling ??= look().finally(() => {
      polling = undefined
    })
    return polling
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((thrown: Error) => {
      if (!response.headersSent) send(response, 500, thrown.message)
      response.end()
    })
  })

  async function respond(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    for (const [name, value] of Object.entries(SAFE_HEADERS))
      response.setHeader(name, value)
    const refusal = refusalOf(request)
    if (refusal) return send(response, refusal.status, refusal.message)
    const url = addressOf(request.url)
    if (!url) return send(response, 400, 'The address is none.')
    if (url.pathname === '/api/events') return watchers.add(response)
    // A page that is opened or reloaded shows what is there now.
    if (url.pathname === '/api/runs') await poll()
    const answer = await answerTo(url, library)
    if (!answer) return send(response, 404, 'There is nothing here.')
    response.statusCode = answer.status ?? 200
    response.setHeader('Content-Type', answer.type)
    response.end(request.method === 'HEAD' ? undefined : answer.body)
  }

  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const timer =
    pollMs > 0 &&
    setInterval(() => {
      // A folder that cannot be read now may be back in a moment.
      if (watchers.count > 0) poll().catch(() => undefined)
    }, pollMs)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    poll,
    async close() {
      if (timer) clearInterval(timer)
      watchers.close()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function send(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(`${message}\n`)
}

function addressOf(text = '/'): URL | undefined {
  try {
    return new URL(text, 'http://127.0.0.1')
  } catch {
    return undefined
  }
}
