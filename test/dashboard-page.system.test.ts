import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../bench/src/browser-page.js'
import { type BrowserPage, browserPage } from '../bench/src/devtools-page.js'
import { ensureBuilt } from '../packages/cli/test/helpers/built.js'
import { serveDashboard } from '../packages/dashboard/src/index.js'
import { programsOf } from './helpers/code-blocks.js'
import { runPrograms } from './helpers/run-programs.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const chromium = chromiumPath()

/** A plugin that records an image of four by two pixels, and a histogram. */
const PICTURE = `
import { crc32, deflateSync } from 'node:zlib'
function chunk(kind: string, data: Uint8Array): Buffer {
  const whole = Buffer.alloc(data.length + 12)
  whole.writeUInt32BE(data.length, 0)
  whole.write(kind, 4, 'latin1')
  whole.set(data, 8)
  whole.writeUInt32BE(crc32(whole.subarray(4, data.length + 8)), data.length + 8)
  return whole
}
const head = Buffer.from([0, 0, 0, 4, 0, 0, 0, 2, 8, 0, 0, 0, 0])
const bytes = Buffer.concat([
  Buffer.from('89504e470d0a1a0a', 'hex'),
  chunk('IHDR', head),
  chunk('IDAT', deflateSync(Buffer.from([0, 0, 80, 160, 255, 0, 255, 160, 80, 0]))),
  chunk('IEND', Buffer.alloc(0)),
])
const picture = definePlugin({
  name: 'picture',
  apply({ hooks, record }) {
    hooks.fitStart.tapPromise('picture', async () => {
      await record({ kind: 'image', name: 'pixels', bytes, mime: 'image/png', width: 4, height: 2 })
      await record({ kind: 'histogram', name: 'weights', edges: [0, 1, 2], counts: [3, 1] })
      await record({ kind: 'text', name: 'note', text: 'seen' })
    })
  },
})
`

/** What a tab of images and tables has drawn. */
const DRAWN = `(() => {
  const texts = (selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent)
  const [image] = document.querySelectorAll('.card img')
  return {
    matrix: texts('.matrix tbody tr'),
    rows: texts('.card table:not(.matrix) tbody tr'),
    pixels: image && [image.naturalWidth, image.naturalHeight],
    bars: document.querySelectorAll('.bars i').length,
    texts: texts('.card pre'),
  }
})()`
// The bias is -0.904 after a step, so 0.5 is taken for a cat.
const EXPECTED = {
  matrix: ['cat20', 'dog12'],
  rows: ['dogcat0.5'],
  pixels: [4, 2],
  bars: 2,
  texts: ['seen'],
}

describe.runIf(chromium)('what the example of docs/dashboard.md records', () => {
  const folder = mkdtempSync(join(root, 'test/.dashboard-'))
  const scratch = mkdtempSync(join(tmpdir(), 'regimen-dashboard-'))
  let page: BrowserPage
  let runs: string

  beforeAll(async () => {
    // A process outside vitest finds the page of a report where it is built.
    await ensureBuilt('dashboard')
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(join(root, 'packages'), join(folder, 'node_modules/@regimen'), 'junction')
    const [program] = programsOf(join(root, 'docs/dashboard.md'))
    const [imports = '', rest = ''] = (program?.code ?? '').split('\nconst bias')
    const code = `${imports}\n${PICTURE}\nconst bias${rest.replace('plugins: [', 'plugins: [picture, ')}`
    const file = join(folder, 'program.ts')
    writeFileSync(file, code)
    const faults = await runPrograms([file], scratch)
    expect(faults.get(file)).toBeUndefined()
    const [cwd = ''] = readdirSync(scratch)
    runs = join(scratch, cwd, 'runs')
    page = await browserPage(chromium as string)
  })

  afterAll(async () => {
    await page?.close()
    rmSync(folder, { recursive: true, force: true })
    rmSync(scratch, { recursive: true, force: true })
  })

  const seen = async (url: string) => {
    await page.open(url)
    await page.press('4')
    await page.until(`document.querySelector('.card img')?.complete`)
    return page.evaluate(DRAWN)
  }

  it('is on the page of regimen view', async () => {
    const dashboard = await serveDashboard({ root: runs, pollMs: 0 })
    expect(await seen(dashboard.url)).toEqual(EXPECTED)
    await dashboard.close()
  })

  it('is in the report', async () => {
    const report = pathToFileURL(join(runs, 'pets/version_0/report.html'))
    expect(await seen(report.href)).toEqual(EXPECTED)
    expect(page.faults).toEqual([])
  })
})
