import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.js'
import { originOf } from '../../src/http/address.js'
import { createFetch } from '../../src/http/logger-fetch.js'
import { Redactor } from '../../src/http/redactor.js'
import { FakeService, type Fault } from '../../src/testing/index.js'
import type { LoggerError } from '../../src/writer/index.js'
import { Secret } from '../../src/writer/secret.js'

const KEY = 'marker-key-5678'

async function stand(environment = {}, boundTo?: string) {
  const service = await new FakeService(() => ({ status: 200, body: { fine: true } })).up()
  onTestFinished(() => service.down())
  const ending = new AbortController()
  const redactor = new Redactor([new Secret(KEY)])
  const { signal } = ending
  const fetch = createFetch({ clock: systemClock, redactor, environment, signal, boundTo })
  return { service, fetch, ending }
}

const failure = (promise: Promise<unknown>): Promise<LoggerError> =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (thrown: LoggerError) => thrown,
  )

describe('the fetch of loggers', () => {
  it('gives the answer', async () => {
    const { service, fetch } = await stand()
    const response = await fetch(`${service.url}/a`, { method: 'POST', body: 'x' })
    expect(await response.json()).toEqual({ fine: true })
    expect(service.requests[0]).toMatchObject({ method: 'POST', url: '/a' })
  })

  it.each<[Fault, object]>([
    [
      { status: 429, headers: { 'retry-after': '3' } },
      { kind: 'rate', retryAfterMs: 3000, isAmbiguous: false },
    ],
    [{ status: 503 }, { kind: 'retry', isAmbiguous: false }],
    [{ status: 500 }, { kind: 'retry', isAmbiguous: true }],
    [{ status: 502 }, { kind: 'retry', isAmbiguous: true }],
    [{ status: 504 }, { kind: 'retry', isAmbiguous: true }],
    [{ status: 408 }, { kind: 'retry', isAmbiguous: true }],
    [{ status: 401 }, { kind: 'auth' }],
    [{ status: 403 }, { kind: 'auth' }],
    [
      { status: 400, body: { code: 7 } },
      { kind: 'permanent', status: 400, body: '{"code":7}' },
    ],
    [{ status: 404 }, { kind: 'permanent' }],
    [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, { kind: 'permanent' }],
    ['drop-before', { kind: 'retry', isAmbiguous: true }],
    ['apply-then-drop', { kind: 'retry', isAmbiguous: true }],
    ['cut-answer', { kind: 'retry', isAmbiguous: true }],
  ])('says what %j means', async (fault, meaning) => {
    const { service, fetch } = await stand()
    service.fail(fault)
    expect(await failure(fetch(`${service.url}/a`))).toMatchObject({
      name: 'LoggerError',
      ...meaning,
    })
    expect(service.requests).toHaveLength(1)
  })

  it('knows that a refused connection carried nothing out', async () => {
    const { service, fetch } = await stand()
    await service.down()
    const thrown = await failure(fetch(`${service.url}/a`))
    expect(thrown).toMatchObject({ kind: 'retry', isAmbiguous: false })
    expect(thrown.message).toContain('ECONNREFUSED')
  })

  it('waits no longer than it was told, and not at all once time is up', async () => {
    const { service, fetch, ending } = await stand()
    service.fail('hang', { times: 2 })
    const slow = await failure(fetch(`${service.url}/a`, { timeoutMs: 50 }))
    expect(slow).toMatchObject({ kind: 'retry', isAmbiguous: true })
    expect(slow.message).toContain('no answer in 50 ms')
    const waiting = failure(fetch(`${service.url}/a`))
    ending.abort()
    expect((await waiting).message).toContain('time is up')
  })

  it('has no secret in what it throws', async () => {
    const { service, fetch } = await stand()
    const body = `you sent ${KEY} <b>apiKey=other-key</b>`
    service.fail({ status: 400, body })
    const thrown = await failure(fetch(`${service.url}/path?apiKey=${KEY}`))
    const text = `${thrown.stack} ${thrown.body} ${JSON.stringify(thrown)} ${thrown.cause}`
    expect(text).not.toContain(KEY)
    expect(text).not.toContain('other-key')
    expect(thrown.message).toContain('/path: 400')
  })

  it.each([301, 302, 303, 307, 308])(
    'carries no key to where a redirect with %i leads',
    async (status) => {
      const [{ service, fetch }, other] = [await stand(), await stand()]
      const location = `${other.service.url}/taken`
      service.fail({ status, headers: { location } })
      const init = { method: 'POST', headers: { authorization: KEY }, body: KEY }
      const thrown = await failure(fetch(`${service.url}/a`, init))
      expect(thrown).toMatchObject({ kind: 'permanent', status })
      expect(other.service.requests).toEqual([])
    },
  )

  it('sends nothing to another place than the keys are for, whatever a writer asks', async () => {
    const [good, evil] = [await stand(), await stand()]
    const boundTo = originOf(good.service.url)
    const { fetch } = await stand({}, boundTo)
    const { port } = new URL(evil.service.url)
    await fetch(`${good.service.url.toUpperCase()}/a`)
    for (const target of [
      `${evil.service.url}/a`,
      `http://127.0.0.1@127.0.0.1:${port}/`,
      `${good.service.url}@127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://127.0.0.1.:${port}/`,
      `//127.0.0.1:${port}/`,
      'file:///etc/passwd',
    ]) {
      expect(await failure(fetch(target))).toMatchObject({ kind: 'permanent' })
    }
    expect(good.service.requests).toHaveLength(1)
    expect(evil.service.requests).toEqual([])
  })

  it('does not show a password of an address in what it throws', async () => {
    const { fetch } = await stand()
    const thrown = await failure(fetch('http://user:hidden-pw@127.0.0.1:1/a'))
    expect(`${thrown.stack} ${thrown.cause}`).not.toContain('hidden-pw')
  })

  it.each([
    [{ NODE_ENV: 'test' }, 'https://www.comet.com/api', true],
    [{ VITEST: 'true' }, 'https://www.comet.com/api', true],
    [{ VITEST: 'true' }, 'http://127.0.0.1.example.com/', true],
    [{ VITEST: 'true' }, 'http://10.0.0.1/', true],
    [{ VITEST: 'true' }, 'http://localhost.example.com/', true],
    [{ VITEST: 'true' }, 'http://127.0.0.1:1/', false],
    [{ VITEST: 'true' }, 'http://localhost:1/', false],
    [{ VITEST: 'true' }, 'http://[::1]:1/', false],
  ])('with %j in the environment, refuses %s: %s', async (environment, url, isRefused) => {
    let calls = 0
    const fetch = createFetch({
      ...{ clock: systemClock, redactor: new Redactor([]), environment },
      signal: new AbortController().signal,
      fetch: async () => {
        calls++
        return new Response('')
      },
    })
    if (!isRefused) await fetch(url)
    else
      expect((await failure(fetch(url))).message).toContain('reach no host but loopback in tests')
    expect(calls).toBe(isRefused ? 0 : 1)
  })
})
