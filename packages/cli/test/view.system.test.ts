import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, printed, project, start } from './helpers/project.js'

beforeAll(() => ensureBuilt('dashboard'))

const TABLE = 'epoch,step,source,interval,loss\n0,9,train,epoch,1\n1,19,train,epoch,0.5\n'
const ADDRESS = /^http:\/\/127\.0\.0\.1:(\d+)\/\n$/

/** A folder with a run in `runs`, without core or tfjs: only the runs are read. */
function withRun(folder = 'runs'): string {
  return project({ [`${folder}/csv/version_0/metrics.csv`]: TABLE }, [])
}

/** Starts the page and waits for its address. */
async function viewed(root: string, ...args: readonly string[]) {
  const { child, ended } = start(root, ['view', ...args])
  let stdout = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  await Promise.all([printed(child, '\n'), printed(child, 'Ctrl+C ends it', 'stderr')])
  return { child, ended, url: stdout.trim(), stdout }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

describe('regimen view', () => {
  it('prints the address alone on stdout, and serves the page and the runs under it', async () => {
    const { url, stdout } = await viewed(withRun())
    expect(stdout).toMatch(ADDRESS)
    expect(await (await fetch(url)).text()).toContain('<script src="/app.js"></script>')
    const { runs } = (await (await fetch(`${url}api/runs`)).json()) as { runs: unknown[] }
    expect(runs).toMatchObject([{ id: 'csv/version_0', epochs: 2 }])
  })

  it('takes the folder and the port that it is told', async () => {
    const port = await freePort()
    const { url } = await viewed(withRun('out'), 'out', '--port', String(port))
    expect(url).toBe(`http://127.0.0.1:${port}/`)
    const [chart] = (await (await fetch(`${url}api/curves?run=csv/version_0`)).json()) as {
      curves: unknown[]
    }[]
    expect(chart?.curves).toMatchObject([{ y: [1, 0.5] }])
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at %s while a page listens', async (signal, code) => {
    const { child, ended, url, stdout } = await viewed(withRun())
    const events = await fetch(`${url}api/events`)
    const reader = (events.body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    child.kill(signal)
    expect(await ended).toMatchObject({ code, stdout })
    await reader.cancel().catch(() => undefined)
    await expect(fetch(url)).rejects.toThrow()
  })

  it('refuses a port that is taken, and says what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const { code, stdout, stderr } = await start(withRun(), ['view', '--port', String(port)]).ended
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`Port ${port} is taken. Give another, or none for one that is free.`)
  })

  it('refuses what is no folder, no port, or too much', async () => {
    const root = withRun()
    const refusals: readonly (readonly [readonly string[], RegExp])[] = [
      [['none'], /There is no folder .*none\. Give the folder that holds the runs/],
      [['runs/csv/version_0/metrics.csv'], /There is no folder .*metrics\.csv/],
      [['--port', 'http'], /--port is "http"; expected an integer from 0 to 65535/],
      [['--port', '65536'], /--port is "65536"/],
      [['--port=-1'], /--port is "-1"/],
      [['runs', 'other'], /other/],
    ]
    const ends = refusals.map(async ([args, message]) => {
      const { code, stdout, stderr } = await start(root, ['view', ...args]).ended
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' })
      expect(stderr).toMatch(message)
    })
    await Promise.all(ends)
  })

  it('refuses where nothing was trained yet, unless told a folder', async () => {
    const { code, stderr } = await start(project({}, []), ['view']).ended
    expect(code).toBe(2)
    expect(stderr).toContain('Give the folder that holds the runs: regimen view <folder>.')
  })

  it('shows a folder without runs, then a run that appears, and stays when the folder goes', async () => {
    const root = project({}, [])
    mkdirSync(join(root, 'runs'))
    const { child, ended, url } = await viewed(root)
    const runs = async () => {
      const answer = await fetch(`${url}api/runs`)
      return answer.ok ? ((await answer.json()) as { runs: unknown[] }).runs.length : answer.status
    }
    expect(await runs()).toBe(0)
    mkdirSync(join(root, 'runs/csv/version_0'), { recursive: true })
    writeFileSync(join(root, 'runs/csv/version_0/metrics.csv'), TABLE)
    expect(await runs()).toBe(1)
    rmSync(join(root, 'runs'), { recursive: true })
    expect(await runs()).toBe(500)
    mkdirSync(join(root, 'runs'))
    expect(await runs()).toBe(0)
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
  })
})

it('an interrupted fit leaves a report that says so, and a run that view shows as interrupted', async () => {
  const head = `import { csvLogger } from '@regimen/logger-csv'
    import { report } from '@regimen/plugin-report'`
  const endless = `data: () => ({ train: async function* () {
    for (let at = 0; ; at++) {
      if (at === 3) console.log('under way')
      await new Promise((resolve) => setTimeout(resolve, 5))
      yield* batches(1)
    }
  } }), logEvery: { steps: 1 }, plugins: [csvLogger(), report()]`
  const installed = ['core', 'logger-csv', 'logger-kit', 'plugin-report', 'dashboard']
  await ensureBuilt('logger-kit', 'logger-csv', 'plugin-report')
  const root = project(
    { 'trainer.config.ts': config(endless, head).replace('plugins: [witness],', '') },
    [
      ...installed.map((name) => `@regimen/${name}`),
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-backend-cpu',
    ],
  )
  const { child, ended } = start(root, ['fit'])
  await printed(child, 'under way')
  child.kill('SIGINT')
  expect((await ended).code).toBe(130)
  const html = readFileSync(join(root, 'runs/csv/version_0/report.html'), 'utf8')
  const [, json = ''] =
    /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(html) ?? []
  const [inReport] = JSON.parse(json).runs
  expect(inReport).toMatchObject({ outcome: 'interrupted' })
  expect(inReport.metrics[0]).toMatchObject({ name: 'loss', interval: 'step' })

  const { url } = await viewed(root)
  const { runs } = (await (await fetch(`${url}api/runs`)).json()) as { runs: unknown[] }
  expect(runs).toMatchObject([{ id: 'csv/version_0', outcome: 'interrupted' }])
})
