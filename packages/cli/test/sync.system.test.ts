import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { project, regimen } from './helpers/project.js'

beforeAll(() => ensureBuilt('logger-kit'))

const INSTALLED = ['@regimen/core', '@regimen/logger-kit', '@tensorflow/tfjs-core']

const WRITER = `
import { defineWriter } from '@regimen/logger-kit/writer'
export const writer = defineWriter(({ url }) => {
  let fetch
  return {
    capabilities: { kinds: ['metric'], offline: 'spool', isMixed: true },
    async open(context) { fetch = context.fetch; await fetch(url) },
    async write(batch) { await fetch(url, { method: 'POST', body: JSON.stringify(batch.map(({ step }) => step)) }) },
    async close({ status }) { await fetch(url, { method: 'POST', body: JSON.stringify([status]) }) },
  }
})`

/** Logs twenty steps to a service that is not there. */
const RUN = `
import { loggerPlugin } from '@regimen/logger-kit'
import { PlayedRun } from '@regimen/logger-kit/testing'
import { writer } from './writer.js'
const plugin = loggerPlugin({
  name: 'own-logger', package: 'own-project', writer, module: new URL('./writer.js', import.meta.url),
  options: { url: process.argv[2] }, common: { deadlineMs: 100 },
})
const run = new PlayedRun(plugin, 'runs')
await run.begin()
for (let step = 0; step < 20; step++) await run.metrics({ loss: 1 }, step)
await run.end()`

/** A project whose run could not deliver its records to the port. */
function leftBehind(port: number): string {
  const root = project(
    {
      'package.json': JSON.stringify({
        name: 'own-project',
        type: 'module',
        exports: { './writer': './writer.js' },
        regimen: { logger: './writer' },
      }),
      'writer.js': WRITER,
      'run.js': RUN,
    },
    INSTALLED,
  )
  const url = `http://127.0.0.1:${port}/`
  execFileSync(process.execPath, ['run.js', url], { cwd: root, stdio: 'pipe' })
  return root
}

/** A service that keeps the values it is sent, and answers with the status. */
async function service(port: number, status = 200): Promise<{ port: number; got: unknown[] }> {
  const got: unknown[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      if (body !== '') got.push(...JSON.parse(body))
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, got }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const steps = Array.from({ length: 20 }, (_, step) => step)

describe('regimen sync', () => {
  it('delivers what a run has left, once, and exits with 0', async () => {
    const port = await freePort()
    const root = leftBehind(port)
    const { got } = await service(port)
    const first = await regimen(root, 'sync')
    expect(first.stderr).toBe('')
    expect(first).toMatchObject({ code: 0 })
    expect(first.stdout).toMatch(/^own-logger, run [0-9a-f]{32}: 20 records delivered\.\n$/)
    expect(got).toEqual([...steps, 'finished'])
    expect(await regimen(root, 'sync', 'runs')).toMatchObject({
      code: 0,
      stdout: 'Nothing waits in runs.\n',
    })
    expect(got).toHaveLength(21)
    expect(readdirSync(join(root, 'runs'))).toEqual([])
  })

  it('keeps what it cannot deliver, says why, and exits with 1', async () => {
    const port = await freePort()
    const root = leftBehind(port)
    await service(port, 401)
    const { code, stdout, stderr } = await regimen(root, 'sync')
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /: 0 records delivered, 20 records left in .*own-logger.[0-9a-f]{32}\.\n$/,
    )
    expect(stderr).toContain('401')
  })

  it('says which logger is not installed, and exits with 1', async () => {
    const root = project({}, INSTALLED)
    const folder = join(root, 'runs/.spool/gone-logger/0123')
    mkdirSync(folder, { recursive: true })
    const manifest = { format: 1, runId: '0123', id: 'gone-logger', name: 'gone-logger', opens: 1 }
    const more = { startedAt: 0, package: 'gone-logger' }
    const rest = { options: {}, state: {} }
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, ...more, ...rest }))
    const { code, stdout } = await regimen(root, 'sync')
    expect(code).toBe(1)
    expect(stdout).toContain('gone-logger, run 0123: its logger, gone-logger, is not installed')
  })

  it.each([
    [['sync', 'absent'], INSTALLED, 'There is no folder'],
    [['sync', '.'], ['@regimen/core'], '@regimen/logger-kit is not installed'],
    [['sync', '.', '--set', 'a=1'], INSTALLED, 'has no flag --set'],
  ])('exits with 2 for %j with %j', async (args, installed, text) => {
    const { code, stdout, stderr } = await regimen(project({}, installed), ...args)
    expect(stderr).toContain(text)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('explains itself', async () => {
    const { stdout } = await regimen(project({}), 'sync', '--help')
    expect(stdout).toContain('regimen sync [folder] [flags]')
  })
})
