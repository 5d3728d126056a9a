import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, ISOLATED, type Page, resultOfPage } from '../bench/src/browser-page.js'
import { type Trained, train } from './fixtures/in-a-page/train.js'
import { pageBundle } from './helpers/source-bundle.js'

const FIXTURE = join(import.meta.dirname, 'fixtures', 'in-a-page', 'page.ts')
const NO_CHROMIUM = 'No Chromium is found, so no page is opened; CHROMIUM may name one.\n'
const SAFE = "default-src 'none'; connect-src 'self'; script-src 'self'"

const engineFiles = dirname(
  createRequire(new URL('../packages/backend-wasm/package.json', import.meta.url)).resolve(
    '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
  ),
)
const chromium = chromiumPath()
if (chromium === undefined) {
  process.stdout.write(NO_CHROMIUM)
}

describe.runIf(chromium)('the engine in a page', () => {
  let script: string
  let inNode: Trained
  beforeAll(async () => {
    script = await pageBundle(FIXTURE)
    inNode = await train({ threads: 2 })
  })

  function open(page: Omit<Page, 'script'>): Promise<unknown> {
    return resultOfPage(chromium as string, { script, folder: engineFiles, ...page })
  }

  /** What a page should send: all as in Node, but perhaps one thread for a reason. */
  function asInNode(reason?: string): Trained {
    const [engine = '', replayed = ''] = inNode.texts
    const why = `on 1 thread, since ${reason}.`
    return { ...inNode, texts: [reason ? engine.replace('on 2 threads.', why) : engine, replayed] }
  }

  it('has two threads in Node, and replays', () => {
    expect(inNode).toEqual({
      texts: [
        expect.stringMatching(/^The engine is wasm with (relaxed )?SIMD, on 2 threads\.$/),
        expect.stringMatching(/^7 of 10 steps were replayed \(\d+ operations\)\.$/),
      ],
      bits: expect.any(Array),
      loss: expect.closeTo(2.3, 0),
      leaked: 0,
    })
    expect(new Set(inNode.bits).size).toBeGreaterThan(80_000)
  })

  it.each([
    ['the page', ''],
    ['a web worker', 'worker'],
  ])('gives the bits of Node on two threads in %s if the page is isolated', async (_, query) => {
    expect(await open({ headers: ISOLATED, query })).toEqual(asInNode())
  })

  it.each([
    ['the page', ''],
    ['a web worker', 'worker'],
  ])('gives them on one thread in %s if the page is not isolated', async (_, query) => {
    const reason = 'the page is not cross-origin isolated: it needs the headers COOP and COEP'
    expect(await open({ headers: {}, query })).toEqual(asInNode(reason))
  })

  it('has threads under a policy that allows web workers made of blobs', async () => {
    const policy = `${SAFE} 'wasm-unsafe-eval'; worker-src blob:`
    const headers = { ...ISOLATED, 'Content-Security-Policy': policy }
    expect(await open({ headers })).toEqual(asInNode())
  })

  it.each([
    ['the page', ''],
    ['a web worker', 'worker'],
  ])('has one thread in %s if the policy forbids them', async (_, query) => {
    const policy = `${SAFE} 'wasm-unsafe-eval'; worker-src 'self'`
    const headers = { ...ISOLATED, 'Content-Security-Policy': policy }
    const reason = 'another could not start: the page forbids web workers made of blobs'
    expect(await open({ headers, query })).toEqual(asInNode(reason))
  })

  it('says what a policy without WebAssembly lacks', async () => {
    const headers = { ...ISOLATED, 'Content-Security-Policy': SAFE }
    expect(await open({ headers })).toMatch(
      /REG_ENGINE_FAILED.*may not be compiled here.*needs 'wasm-unsafe-eval' in its script-src/,
    )
  })

  it('says which folder has no engine', async () => {
    const result = await open({ headers: ISOLATED, folder: join(engineFiles, 'kernels') })
    expect(result).toMatch(/REG_ENGINE_FAILED.*wasmPaths is "\/wasm\/"/)
  })
})
