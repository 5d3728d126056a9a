import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Dashboard, serveDashboard } from '../../src/server/serve.js'
import { runFolder, temporaryFolder } from '../helpers/run-folder.js'

interface Reply {
  readonly status: number
  readonly body: string
  readonly headers: NodeJS.Dict<string | string[]>
}

interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string>
}

async function served(prepare: (root: string) => void = () => undefined) {
  const root = temporaryFolder()
  runFolder(root, 'csv/version_0')
  prepare(root)
  const dashboard = await serveDashboard({ root, pollMs: 0 })
  onTestFinished(() => dashboard.close())
  return { root, dashboard }
}

/** Sends a path as it stands: `fetch` would tidy it. */
function get({ url }: Dashboard, path: string, { method = 'GET', headers = {} }: Sent = {}) {
  const { hostname, port } = new URL(url)
  return new Promise<Reply>((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, async (response) => {
      const { statusCode: status = 0, headers: all } = response
      resolve({ status, body: await text(response), headers: all })
    })
    sent.on('error', reject)
    sent.end()
  })
}

const json = async (dashboard: Dashboard, path: string) =>
  JSON.parse((await get(dashboard, path)).body)

describe('the page', () => {
  it('is served with its script and styles, under a strict policy', async () => {
    const { dashboard } = await served()
    expect(dashboard.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    const page = await get(dashboard, '/')
    expect(page.body).toContain('<script src="/app.js"></script>')
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self';/,
    )
    expect(page.headers['x-content-type-options']).toBe('nosniff')
    const { body } = await get(dashboard, '/app.js')
    expect(body.includes('uPlot') && body.includes('Permission is hereby granted')).toBe(true)
    expect((await get(dashboard, '/app.css')).body).toContain('prefers-color-scheme')
    expect(await get(dashboard, '/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
  })

  it('has the runs, and curves of which those of steps are smoothed over all values', async () => {
    const table =
      'epoch,step,source,interval,loss\n0,0,train,step,1\n0,1,train,step,0.5\n0,1,train,epoch,0.75\n'
    const { dashboard } = await served((root) => runFolder(root, 'csv/version_0', { table }))
    const { runs } = await json(dashboard, '/api/runs')
    expect(runs).toMatchObject([{ id: 'csv/version_0', hparams: { rate: 0.1 } }])
    const [epochs, steps] = await json(dashboard, '/api/curves?run=csv/version_0&smoothing=0.5')
    const run = 'csv/version_0'
    expect(epochs.curves).toEqual([{ run, x: [1], y: [0.75], count: 1, notFinite: 0 }])
    expect(steps.curves).toEqual([
      { run, x: [0, 1], y: [1, 0.5], smoothed: [1, 2 / 3], count: 2, notFinite: 0 },
    ])
  })

  it('has more points of a part of a curve than of the whole, up to all of them', async () => {
    const rows = Array.from({ length: 5000 }, (_, step) => `0,${step},train,step,${step % 9}\n`)
    const table = `epoch,step,source,interval,loss\n${rows.join('')}`
    const { dashboard } = await served((root) => runFolder(root, 'csv/version_0', { table }))
    const points = async (query: string) => {
      const [{ curves }] = await json(dashboard, `/api/curves?run=csv/version_0&points=200${query}`)
      return curves[0]
    }
    const whole = await points('')
    expect([whole.count, whole.x.length <= 200]).toEqual([5000, true])
    const part = await points('&from=1000&to=1099')
    expect([part.count, part.x.length, part.x[1], part.x[100]]).toEqual([100, 102, 1000, 1099])
  })

  it('has curves along the time of their records', async () => {
    const table = 'epoch,step,source,interval,loss\n0,0,train,step,1\n0,1,train,step,0.5\n'
    const line = (step: number) =>
      `{"seq":${step + 1},"t":${60_000 + 2000 * step},"kind":"metric","name":"loss","value":1,"step":${step},"epoch":0,"context":"train","interval":"step"}\n`
    const { dashboard } = await served((root) => {
      const facts = { status: 'finished', startedAt: 50_000 }
      const folder = runFolder(root, 'csv/version_0', { table, facts })
      writeFileSync(join(folder, 'metrics.jsonl'), line(0) + line(1))
    })
    const along = async (axis: string) =>
      (await json(dashboard, `/api/curves?run=csv/version_0&axis=${axis}`))[0].curves[0].x
    // Both at once: the file is read once.
    expect(await Promise.all([along('time'), along('relative')])).toEqual([
      [60, 62],
      [10, 12],
    ])
  })

  it('hears of what is added while it is open', async () => {
    const { root, dashboard } = await served()
    const answer = await fetch(`${dashboard.url}api/events`)
    const events = (answer.body as ReadableStream<Uint8Array>).getReader()
    await events.read()
    appendFileSync(join(root, 'csv/version_0/metrics.csv'), '2,29,train,epoch,0.1\n')
    await dashboard.poll()
    const { value } = await events.read()
    expect(Buffer.from(value ?? []).toString()).toBe(
      'event: change\ndata: {"changed":["csv/version_0"],"removed":[]}\n\n',
    )
    await events.cancel()
    const [chart] = await json(dashboard, '/api/curves?run=csv/version_0')
    expect(chart.curves[0].y).toEqual([1, 0.5, 0.1])
  })

  it('has NaN as text, and texts of runs as data only', async () => {
    const evil = '<img src=x onerror=alert(1)>'
    const { dashboard } = await served((root) => {
      runFolder(root, 'csv/version_1', {
        table: `epoch,step,source,interval,${evil}\n0,0,train,step,NaN\n`,
      })
    })
    const answer = await get(dashboard, '/api/runs')
    expect(answer.headers['content-type']).toBe('application/json')
    const metric = JSON.parse(answer.body).runs[1].metrics[0]
    expect(metric).toMatchObject({ name: evil, last: { value: 'NaN' } })
    expect((await get(dashboard, '/')).body).not.toContain(evil)
  })
})

describe('images', () => {
  const image = (file: string) =>
    `${JSON.stringify({ seq: 1, t: 1, kind: 'image', name: 'a', step: 0, epoch: 0, file })}\n`
  const withImage = (file: string) =>
    served((root) => {
      const folder = join(root, 'csv/version_0')
      mkdirSync(join(folder, 'images'))
      writeFileSync(join(folder, 'images/a-0.png'), 'picture')
      writeFileSync(join(root, 'secret.png'), 'secret')
      symlinkSync(join(root, 'secret.png'), join(folder, 'images/link-0.png'))
      writeFileSync(join(folder, 'metrics.jsonl'), image(file))
    })

  it('are those that a run has logged', async () => {
    const { dashboard } = await withImage('images/a-0.png')
    const { records } = await json(dashboard, '/api/details?run=csv/version_0')
    expect(records).toMatchObject([{ kind: 'image', name: 'a' }])
    const answer = await get(dashboard, '/api/image?run=csv/version_0&seq=1')
    expect(answer).toMatchObject({ status: 200, body: 'picture' })
    expect(answer.headers['content-type']).toBe('image/png')
  })

  it.each([
    '../../secret.png',
    'images/../../../secret.png',
    'images/link-0.png',
    '/etc/passwd',
    'run.json',
  ])('are not files elsewhere: %s', async (file) => {
    const { dashboard } = await withImage(file)
    await get(dashboard, '/api/details?run=csv/version_0')
    expect(await get(dashboard, '/api/image?run=csv/version_0&seq=1')).toMatchObject({
      status: 404,
    })
  })
})

describe('what is refused', () => {
  it.each<[string, string, Sent, number]>([
    [
      'another name of this machine (DNS rebinding)',
      '/',
      { headers: { host: 'evil.example:80' } },
      403,
    ],
    ['a name that begins like it', '/', { headers: { host: '127.0.0.1.evil.example' } }, 403],
    [
      'a script of another site',
      '/api/runs',
      { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' } },
      403,
    ],
    ['another origin', '/api/runs', { headers: { origin: 'https://evil.example' } }, 403],
    ['writing', '/api/runs', { method: 'POST' }, 405],
    ['removing', '/', { method: 'DELETE' }, 405],
    ['a path out of the folder', '/../../etc/passwd', {}, 404],
    ['the same, escaped', '/..%2f..%2fetc/passwd', {}, 404],
    ['a file of a run', '/csv/version_0/metrics.csv', {}, 404],
    ['a run that is none', '/api/details?run=../..', {}, 404],
    ['an address that is none', '//[', {}, 400],
    ['an axis that is none', '/api/curves?axis=hour', {}, 400],
    ['a range without an end', '/api/curves?from=3', {}, 400],
    ['a range that ends before it begins', '/api/curves?from=3&to=2', {}, 400],
    ['a range of words', '/api/curves?from=a&to=b', {}, 400],
  ])('%s', async (_, path, sent, status) => {
    const { dashboard } = await served()
    expect((await get(dashboard, path, sent)).status).toBe(status)
  })

  it.each(['localhost:80', '127.0.0.1', '[::1]:5'])('but not the name %s', async (host) => {
    const { dashboard } = await served()
    expect((await get(dashboard, '/', { headers: { host } })).status).toBe(200)
  })

  it('a port that is taken, and a folder that is not there', async () => {
    const { root, dashboard } = await served()
    const port = Number(new URL(dashboard.url).port)
    await expect(serveDashboard({ root, port })).rejects.toThrow('EADDRINUSE')
    await expect(serveDashboard({ root: join(root, 'none') })).rejects.toThrow('ENOENT')
  })
})
