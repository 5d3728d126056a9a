import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

type Json = Record<string, unknown>

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--hide-scrollbars',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-pipe',
]

/** A page in a browser without a window, driven by the protocol of DevTools. */
export interface BrowserPage {
  /** What a page's console said of errors, and exceptions that nobody caught. */
  readonly faults: readonly string[]
  /** Addresses of everything that was asked for. */
  readonly requests: readonly string[]
  send(method: string, params?: Json): Promise<Json>
  open(url: string): Promise<void>
  /** The value of an expression, awaited. */
  evaluate<T>(expression: string): Promise<T>
  /** Waits in the page until an expression is true. */
  until(expression: string): Promise<void>
  press(key: string, more?: Json): Promise<void>
  screenshot(): Promise<Buffer>
  close(): Promise<void>
}

/** Starts a Chromium with one page. */
export async function browserPage(
  browser: string,
  width = 1360,
  height = 900,
): Promise<BrowserPage> {
  const profile = mkdtempSync(join(tmpdir(), 'regimen-page-'))
  const flags = [...FLAGS, `--user-data-dir=${profile}`, `--window-size=${width},${height}`]
  const child = spawn(browser, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable]
  const waiting = new Map<number, (message: Json) => void>()
  const faults: string[] = []
  const requests: string[] = []
  let text = ''
  let count = 0
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (text + chunk).split('\0')
    text = messages.pop() ?? ''
    for (const message of messages) take(JSON.parse(message) as Json)
  })

  function take({ id, method, params = {}, ...rest }: Json): void {
    if (typeof id === 'number') waiting.get(id)?.(rest)
    const found = params as {
      request?: { url: string }
      exceptionDetails?: object
      entry?: { level: string; text: string }
    }
    if (method === 'Network.requestWillBeSent') requests.push(String(found.request?.url))
    if (method === 'Runtime.exceptionThrown') faults.push(JSON.stringify(found.exceptionDetails))
    if (method === 'Log.entryAdded' && found.entry?.level === 'error') faults.push(found.entry.text)
  }

  async function call(method: string, params: Json = {}, sessionId?: string): Promise<Json> {
    const id = ++count
    const answer = new Promise<Json>((resolve) => waiting.set(id, resolve))
    input.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`)
    const { result, error } = await answer
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`)
    return result as Json
  }

  const { targetId } = await call('Target.createTarget', { url: 'about:blank' })
  const attached = await call('Target.attachToTarget', { targetId, flatten: true })
  const session = String(attached.sessionId)
  const send = (method: string, params?: Json) => call(method, params, session)
  for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await send(`${domain}.enable`)

  async function evaluate<T>(expression: string): Promise<T> {
    const options = { expression, awaitPromise: true, returnByValue: true }
    const { result, exceptionDetails } = await send('Runtime.evaluate', options)
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails))
    return (result as { value: T }).value
  }
  const until = (expression: string) =>
    evaluate<void>(
      `new Promise((done) => { const look = () => (${expression}) ? done() : requestAnimationFrame(look); look() })`,
    )
  return {
    ...{ faults, requests, send, evaluate, until },
    async open(url) {
      await send('Page.navigate', { url })
      await until(`document.body?.dataset.ready === 'true'`)
    },
    async press(key, more = {}) {
      const isText = key.length === 1
      await send('Input.dispatchKeyEvent', {
        type: 'keyDown',
        key,
        ...(isText && { text: key }),
        ...more,
      })
      await send('Input.dispatchKeyEvent', { type: 'keyUp', key, ...more })
    },
    async screenshot() {
      const { data } = await send('Page.captureScreenshot', { format: 'png' })
      return Buffer.from(String(data), 'base64')
    },
    async close() {
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
      await rm(profile, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
