import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, resultOfPage } from '../bench/src/browser-page.js'

const fixtures = join(import.meta.dirname, 'fixtures', 'without-eval')
const loader = join(import.meta.dirname, 'helpers', 'source-loader.mjs')

const FITTED = {
  canEval: false,
  stop: 'plugin',
  epochs: 5,
  steps: 10,
  weight: expect.closeTo(1.0545, 4),
  files: [
    'version_0/best.safetensors',
    'version_0/epoch=4-step=10.safetensors',
    'version_0/index.json',
    'version_0/last.safetensors',
  ],
  events: 5,
  calls: 10,
  leaked: 0,
}

it('a fit runs in Node where no text may be compiled', () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [
      '--disallow-code-generation-from-strings',
      '--conditions=@regimen/source',
      '--import',
      loader,
      join(fixtures, 'node.ts'),
    ],
    { encoding: 'utf8' },
  )
  expect({ status, stderr }).toMatchObject({ status: 0 })
  expect(stdout).toContain('epoch 2/50')
  expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toEqual(FITTED)
})

describe('a bundle for pages without unsafe-eval', () => {
  let code: string
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(fixtures, 'page.ts')],
      bundle: true,
      platform: 'browser',
      format: 'iife',
      write: false,
      logLevel: 'silent',
    })
    code = outputFiles[0]?.text ?? ''
  })

  it('compiles no text, but where the page looks whether it could', () => {
    expect(code.match(/\bFunction\([^)\n]*|\beval\(/g)).toEqual(['Function("return true"'])
  })

  it('trains where neither text nor WebAssembly may be compiled', async () => {
    const body = await new Promise<string>((resolve) => {
      const fetch = async (_url: string, { body }: { body: string }) => resolve(body)
      const codeGeneration = { strings: false, wasm: false }
      runInContext(code, createContext(pageGlobals(fetch), { codeGeneration }))
    })
    expect(JSON.parse(body)).toEqual(FITTED)
  })

  const chromium = chromiumPath()
  it.runIf(chromium)('trains in a browser under its Content-Security-Policy', async () => {
    const policy = "default-src 'none'; script-src 'self'; connect-src 'self'"
    const headers = { 'Content-Security-Policy': policy }
    expect(await resultOfPage(chromium as string, { script: code, headers })).toEqual(FITTED)
  })
})

/** What a page has that this bundle may use, and nothing that only Node has. */
function pageGlobals(fetch: unknown): object {
  const globals = { setTimeout, clearTimeout, performance, console, crypto, structuredClone }
  const classes = { AbortController, AbortSignal, MessageChannel, TextEncoder, TextDecoder, Event }
  const page = { ...globals, ...classes, fetch, queueMicrotask, document: {}, navigator: {} }
  return { ...page, window: page, self: page }
}
