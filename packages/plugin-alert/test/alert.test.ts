import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runPlugin } from '@regimen/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { type AlertOptions, alert } from '../src/index.js'

let server: Server | undefined
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((done) => (server ? server.close(done) : done(undefined)))
  server = undefined
})

/** A webhook that answers with these statuses, the last one again and again; 0: never. */
async function webhook(...statuses: number[]) {
  const bodies: { text: string; content: string; event: { kind: string } }[] = []
  server = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      const status = statuses[Math.min(bodies.length, statuses.length - 1)] ?? 200
      bodies.push(JSON.parse(text))
      if (status !== 0) response.writeHead(status).end('answer')
    })
  })
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/services/secret-token`, bodies }
}

async function run(options: AlertOptions, losses = [3, 2], more = {}) {
  const metrics = losses.map((loss) => ({ loss }))
  const found = await runPlugin(alert(options), { metrics, ...more })
  return found.reports.map(({ message }) => message)
}

describe('a webhook', () => {
  it('receives what Slack and Discord show, and all of it', async () => {
    const { url, bodies } = await webhook(200)
    expect(await run({ webhook: url, title: 'Digits' })).toEqual([])
    const text = 'Digits: the run has ended: reached maxEpochs (after 2 epochs, 2 steps)'
    const event = { kind: 'end', title: 'Digits', epoch: 2, step: 2, metrics: { loss: 2 } }
    expect(bodies).toMatchObject([{ text, content: text, event }])
  })

  it('that is down for a moment is tried again', async () => {
    const { url, bodies } = await webhook(500, 429, 200)
    expect(await run({ webhook: url })).toEqual([])
    expect(bodies).toHaveLength(3)
  })

  it.each<[string, number[], number, RegExp]>([
    ['fails', [500], 2, /^The webhook did not take an alert: 127\.0\.0\.1:\d+ answered 500\.$/],
    ['refuses', [404], 1, /answered 404\.$/],
    ['redirects', [302], 2, /could not be reached|answered 302/],
    ['never answers', [0], 2, /did not answer in 0\.2 s\.$/],
  ])('that %s is a warning without its secret', async (_, statuses, attempts, text) => {
    const { url, bodies } = await webhook(...statuses)
    const reports = await run({
      webhook: url,
      retries: 1,
      timeoutSeconds: statuses[0] === 0 ? 0.2 : 5,
    })
    expect(reports).toHaveLength(1)
    expect(reports[0]).not.toContain('secret')
    if (statuses[0] !== 0) {
      expect(reports[0]).toMatch(text)
      expect(bodies).toHaveLength(attempts)
    }
  })

  it('that is not there is a warning', async () => {
    const reports = await run({ webhook: 'http://127.0.0.1:1/secret', retries: 0 })
    expect(reports).toEqual([
      expect.stringMatching(
        /^The webhook did not take an alert: 127\.0\.0\.1:1 could not be reached/,
      ),
    ])
  })
})

describe('alerts', () => {
  it('tell of a loss that is NaN, once, and of the end of no run that failed', async () => {
    const { url, bodies } = await webhook(200)
    await expect(run({ webhook: url }, [1, Number.NaN])).rejects.toMatchObject({
      code: 'REG_LOSS_NOT_FINITE',
    })
    expect(bodies.map(({ event }) => event.kind)).toEqual(['divergence'])
  })

  it('tell of another failure', async () => {
    const { url, bodies } = await webhook(200)
    const watch = (trainer: {
      hooks: { batchStart: { tap(id: string, call: () => void): void } }
    }) =>
      trainer.hooks.batchStart.tap('test', () => {
        throw new Error('no')
      })
    await expect(run({ webhook: url }, [1], { watch })).rejects.toThrow('no')
    expect(bodies.map(({ event }) => event.kind)).toEqual(['failure'])
  })

  it('tell of a limit each time that it is passed, and only what is asked for', async () => {
    const { url, bodies } = await webhook(200)
    const thresholds = [{ metric: 'loss', above: 2.5 }]
    await run({ webhook: url, on: ['threshold'], thresholds }, [3, 4, 2, 5])
    expect(bodies.map(({ text }) => text).toSorted()).toEqual([
      'Training: loss is 3, above 2.5 (after 1 epochs, 1 steps)',
      'Training: loss is 5, above 2.5 (after 4 epochs, 4 steps)',
    ])
  })

  it('are limited', async () => {
    const { url, bodies } = await webhook(200)
    const thresholds = [{ metric: 'loss', above: 0 }]
    const reports = await run({ webhook: url, limit: 1, thresholds })
    expect(bodies).toHaveLength(1)
    expect(reports).toEqual(['There were 1 alerts; no more are sent in this run.'])
  })
})

describe('a command', () => {
  it('receives the alert, its arguments and no shell', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'alert-'))
    try {
      const file = join(folder, 'alert.json')
      const script = `
        const text = require('node:fs').readFileSync(0, 'utf8')
        const found = { event: JSON.parse(text), args: process.argv.slice(1), kind: process.env.REGIMEN_ALERT }
        require('node:fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(found))`
      const command = [process.execPath, '-e', script, '--', '$HOME; "a b"']
      expect(await run({ command, timeoutSeconds: 60 })).toEqual([])
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
        event: { kind: 'end', step: 2 },
        args: ['$HOME; "a b"'],
        kind: 'end',
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.each<[string, string[], RegExp]>([
    [
      'is not there',
      ['regimen-no-such-program'],
      /"regimen-no-such-program" could not be run \(ENOENT\)/,
    ],
    ['fails', [process.execPath, '-e', 'process.exit(3)'], /ended with 3\.$/],
  ])('that %s is a warning', async (_, command, text) => {
    expect(await run({ command, timeoutSeconds: 60 })).toEqual([expect.stringMatching(text)])
  })

  it('that never ends is killed', async () => {
    const command = [process.execPath, '-e', 'setInterval(() => undefined, 1000)']
    const reports = await run({ command, timeoutSeconds: 0.3 })
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(/^The command did not take an alert: /)
  })
})
