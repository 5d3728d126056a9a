import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The headers that let a page share memory between threads. */
export const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const

/** A page with one script. */
export interface Page {
  /** Text of the script, which posts a result as JSON to `/result`. */
  readonly script: string
  /** Headers of the page and of all that it loads. */
  readonly headers: Readonly<Record<string, string>>
  /** What follows `?` in the page's address. */
  readonly query?: string
  /** A folder whose files the page finds under `/wasm/`. */
  readonly folder?: string
}

/** The path of a Chromium on this machine, `CHROMIUM` before all; `undefined` where there is none. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM, PATH = '' } = process.env
  if (CHROMIUM) return CHROMIUM
  const paths = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return paths.find((path) => existsSync(path))
}

/**
 * Opens a page in a browser without a window.
 *
 * @param browser path of a Chromium
 * @returns the result that the page's script posted
 */
export async function resultOfPage(browser: string, page: Page): Promise<unknown> {
  const server = createServer(async (request, response) => {
    if (request.url === '/result') server.emit('result', await text(request))
    else answer(response, request.url ?? '/', page)
    response.end()
  })
  const profile = mkdtempSync(join(tmpdir(), 'regimen-browser-'))
  const posted = once(server, 'result').then(([body]: string[]) => body ?? '')
  const url = await addressOf(server)
  const address = page.query ? `${url}?${page.query}` : url
  const flags = [...FLAGS, `--user-data-dir=${profile}`, address]
  const child = spawn(browser, flags, { stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr.resume()
  const ended = once(child, 'exit')
  // All processes of the browser hold its output: it is closed when the last has ended.
  const closed = once(child, 'close')
  try {
    const early = ended.then(([code]) => {
      throw new Error(`The browser ended with ${code} before the page had a result.`)
    })
    return JSON.parse(await Promise.race([posted, early]))
  } finally {
    child.kill('SIGKILL')
    await closed
    server.closeAllConnections()
    server.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 10 })
  }
}

async function addressOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

function answer(response: ServerResponse, url: string, { headers, script, folder }: Page): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  const file = folder && url.startsWith('/wasm/') ? join(folder, basename(url)) : undefined
  if (file && existsSync(file)) {
    response.setHeader('Content-Type', 'application/wasm')
    response.write(readFileSync(file))
  } else if (file) {
    response.statusCode = 404
  } else if (url.startsWith('/script.js')) {
    response.setHeader('Content-Type', 'text/javascript')
    response.write(script)
  } else {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.write('<!doctype html><title>fit</title><script src="script.js"></script>')
  }
}
