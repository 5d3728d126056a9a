import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeComet } from './fake-comet/fake-comet.js'

const KEY = { authorization: 'right-key' }
const WRITE = '/api/rest/v2/write/experiment'
const PROJECT = { workspaceName: 'team', projectName: 'mnist' }

let fake: FakeComet
let now = 1_000_000
beforeEach(async () => {
  now = 1_000_000
  fake = await new FakeComet({
    now: () => now,
    readLagMs: 2000,
    limits: { metrics: 3, minuteMs: 1000 },
  }).start()
})
afterEach(() => fake.stop())

async function call(method: string, path: string, { json, headers = KEY }: Call = {}) {
  const body = json === undefined ? null : JSON.stringify(json)
  const response = await fetch(fake.url + path, { method, body, headers: { ...headers } })
  return { status: response.status, answer: await response.json() }
}
type Call = { json?: object; headers?: Record<string, string> }
const post = (path: string, json: object) => call('POST', path, { json })
const created = async () => {
  const { answer } = await post(`${WRITE}/create`, { ...PROJECT, experimentName: 'e' })
  return answer.experimentKey as string
}
const metric = (experimentKey: string, metricValue: unknown, more: object = {}) =>
  post(`${WRITE}/metric`, { experimentKey, metricName: 'loss', metricValue, ...more })

describe('the fake Comet lets in', () => {
  it.each([
    [{ authorization: 'right-key' }, 200],
    [{ 'comet-sdk-api': 'right-key' }, 200],
    [{ authorization: 'Bearer right-key' }, 401],
    [{ authorization: 'wrong' }, 401],
    [{}, 401],
  ])('%j: %i', async (headers, status) => {
    expect(await call('GET', '/api/rest/v2/workspaces', { headers })).toMatchObject({ status })
  })

  it('no handshake with a wrong key: 400 and 90212', async () => {
    const json = { apiKey: 'wrong', experimentKey: 'a'.repeat(32) }
    expect(await call('POST', '/clientlib/logger/add/run', { json, headers: {} })).toMatchObject({
      status: 400,
      answer: { sdk_error_code: 90212 },
    })
  })
})

describe('the fake Comet refuses with the code of the real one', () => {
  it.each([
    [90219, { ...PROJECT, workspaceName: 'others' }],
    [98219, { workspaceName: 'team' }],
    [1341241, { ...PROJECT, projectName: 'p'.repeat(100) }],
  ])('%i to create %j', async (code, json) => {
    const { status, answer } = await post(`${WRITE}/create`, json)
    expect([status, answer.sdk_error_code]).toEqual([400, code])
  })

  it.each([
    [90998, undefined],
    [90211, 'unknown'],
  ])('%i to write to %j', async (code, experimentKey) => {
    const { status, answer } = await post(`${WRITE}/metric`, { experimentKey })
    expect([status, answer.sdk_error_code]).toEqual([400, code])
  })

  it('90999 to a key that exists; get/run finds it', async () => {
    const experimentKey = 'a'.repeat(32)
    const run = { apiKey: 'right-key', experimentKey, previousExperiment: experimentKey }
    const answers = [
      await post('/clientlib/logger/add/run', run),
      await post('/clientlib/logger/add/run', run),
      await post('/clientlib/logger/get/run', run),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200])
    expect(answers[1]?.answer.sdk_error_code).toBe(90999)
    expect(fake.experiment.key).toBe(experimentKey)
  })
})

describe('the fake Comet keeps', () => {
  it('two experiments for one create that is repeated', async () => {
    expect(await created()).not.toBe(await created())
    expect(fake.experiments).toHaveLength(2)
  })

  it('each value of a metric that is posted, twice where it came twice', async () => {
    const key = await created()
    for (const value of [0.5, 0.5, 'NaN']) await metric(key, value, { step: 1, context: 'train' })
    expect(fake.experiment.series('loss').map(({ value }) => value)).toEqual(['0.5', '0.5', 'NaN'])
  })

  it('what is read, two seconds late, with the context before the name', async () => {
    const key = await created()
    await metric(key, 1, { context: 'train', step: 0 })
    const read = async () =>
      (await call('GET', `/api/rest/v2/experiment/metrics/summary?experimentKey=${key}`)).answer
    expect(await read()).toEqual({ values: [] })
    now += 2000
    expect((await read()).values).toMatchObject([{ name: 'train_loss', valueCurrent: '1' }])
  })

  it('the shape of a row of experiments as it was recorded from the real one', async () => {
    await created()
    now += 2000
    const path = '/api/rest/v2/experiments?workspaceName=team&projectName=mnist&archived=false'
    const { experiments } = (await call('GET', path)).answer
    // cometr tests/testthat/www.comet-ml.com/api/rest/v2/experiments-1280bb.json (MIT)
    expect(Object.keys(experiments[0]).sort()).toEqual(
      'archived durationMillis endTimeMillis experimentKey experimentName fileName filePath optimizationId projectId projectName startTimeMillis workspaceName'.split(
        ' ',
      ),
    )
  })

  it('packed batches, and counts each of their values', async () => {
    const key = await created()
    const values = [1, 2, 3].map((step) => ({ metricName: 'loss', metricValue: step, step }))
    const body = gzipSync(JSON.stringify({ experimentKey: key, values }))
    const headers = { ...KEY, 'content-encoding': 'gzip' }
    const path = `${fake.url}/clientlib/batch/logger/experiment/metric`
    expect((await fetch(path, { method: 'POST', body, headers })).status).toBe(200)
    expect(fake.experiment.series('loss')).toHaveLength(3)
    expect((await metric(key, 4)).status).toBe(429)
  })

  it('files with their bytes and names', async () => {
    const key = await created()
    const form = new FormData()
    form.append('file', new Blob(['a\r\n--b']), 'own.txt')
    form.append('metadata', '{"a":1}')
    for (const query of ['&fileName=given.txt&type=image', '']) {
      const path = `${fake.url}${WRITE}/upload-asset?experimentKey=${key}${query}`
      await fetch(path, { method: 'POST', body: form, headers: KEY })
    }
    expect(
      fake.experiment.assets.map(({ fileName, type, bytes, metadata }) => [
        fileName,
        type,
        bytes.toString(),
        metadata,
      ]),
    ).toEqual([
      ['given.txt', 'image', 'a\r\n--b', '{"a":1}'],
      ['own.txt', 'asset', 'a\r\n--b', '{"a":1}'],
    ])
  })
})

describe('the limits of the fake Comet', () => {
  it('hold in each window of its minute, for each kind by itself', async () => {
    const key = await created()
    const statuses = []
    for (const at of [0, 0, 500, 500, 999, 1001, 1001, 1001]) {
      now = 1_000_000 + at
      statuses.push((await metric(key, 1)).status)
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429, 200, 200, 429])
    expect(fake.windows).toMatchObject({ refused: 3, peaks: { metrics: 3, parameters: 0 } })
    expect((await post(`${WRITE}/tags`, { experimentKey: key, addedTags: ['a'] })).status).toBe(200)
  })
})

describe('the faults of the fake Comet', () => {
  it.each([
    ['drop-before', 0],
    ['drop-after', 1],
    ['cut-answer', 1],
  ] as const)('%s: the client sees a failure, %i values were kept', async (kind, kept) => {
    const key = await created()
    fake.faults.add(/metric$/, { kind })
    await expect(metric(key, 1)).rejects.toThrow()
    expect(fake.experiment.series('loss')).toHaveLength(kept)
    expect((await metric(key, 2)).status).toBe(200)
  })

  it('come after as many requests, and as often, as was asked for', async () => {
    const key = await created()
    const headers = { 'retry-after': '1' }
    fake.faults.add(/metric$/, { kind: 'status', status: 503, headers }, { times: 2, after: 1 })
    const statuses = []
    for (let round = 0; round < 4; round++) statuses.push((await metric(key, 1)).status)
    expect(statuses).toEqual([200, 503, 503, 200])
  })

  it('can be a page in HTML, an answer that is cut or one that trickles', async () => {
    const key = await created()
    const path = `${fake.url}${WRITE}/set-status?experimentKey=${key}`
    const texts = []
    for (const fault of [
      { kind: 'html-502' },
      { kind: 'truncated' },
      { kind: 'slow-body', ms: 0 },
      { kind: 'delay', ms: 0 },
    ] as const) {
      fake.faults.add(/set-status$/, fault)
      const response = await fetch(path, { headers: KEY })
      texts.push(`${response.status} ${(await response.text()).slice(0, 6)}`)
    }
    expect(texts).toEqual(['502 <html>', '200 {"isAl', '200 {"isAl', '200 {"isAl'])
    expect(fake.experiment.beats).toBe(3)
  })

  it('can be a server that is away and back on its port', async () => {
    const { url } = fake
    await fake.stop()
    await expect(fetch(url)).rejects.toThrow()
    await fake.start()
    expect(fake.url).toBe(url)
    expect((await fetch(url)).status).toBe(401)
  })
})
