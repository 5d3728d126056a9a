import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'chrome']

/** The path of a Chromium on this machine, `CHROMIUM` before all; `undefined` where there is none. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM, PATH = '' } = process.env
  if (CHROMIUM) return CHROMIUM
  const paths = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return paths.find((path) => existsSync(path))
}

/**
 * Opens a page with one script in a browser without a window.
 *
 * @param browser path of a Chromium
 * @param script text of the script, which posts a result as JSON to `/result`
 * @param policy the page's `Content-Security-Policy`
 * @returns the result
 */
export async function resultOfPage(
  browser: string,
  script: string,
  policy: string,
): Promise<unknown> {
  const server = createServer(async (request, response) => {
    if (request.url === '/result') server.emit('result', await text(request))
    else answer(response, request.url === '/script.js' ? script : undefined, policy)
    response.end()
  })
  const profile = mkdtempSync(join(tmpdir(), 'regimen-browser-'))
  const posted = once(server, 'result').then(([body]: string[]) => body ?? '')
  const url = await addressOf(server)
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`]
  const child = spawn(browser, [...flags, url], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  try {
    const early = ended.then(([code]) => {
      throw new Error(`The browser ended with ${code} before the page had a result.`)
    })
    return JSON.parse(await Promise.race([posted, early]))
  } finally {
    child.kill()
    await ended
    server.closeAllConnections()
    server.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function addressOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

function answer(response: ServerResponse, script: string | undefined, policy: string): void {
  response.setHeader('Content-Security-Policy', policy)
  response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html; charset=utf-8')
  response.write(script ?? '<!doctype html><title>fit</title><script src="script.js"></script>')
}
