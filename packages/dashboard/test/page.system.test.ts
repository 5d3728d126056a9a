import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath } from '../../../bench/src/browser-page.js'
import { type BrowserPage, browserPage } from '../../../bench/src/devtools-page.js'
import { chartsOf } from '../src/curves/curve.js'
import { Series } from '../src/curves/series.js'
import { reportHtml } from '../src/report/report-html.js'
import { serveDashboard } from '../src/server/serve.js'
import { checkpointFolder, runFolder, temporaryFolder } from './helpers/run-folder.js'

const chromium = chromiumPath()
if (chromium === undefined)
  process.stdout.write('No Chromium is found, so no page is opened; CHROMIUM may name one.\n')

const texts = (selector: string) =>
  `[...document.querySelectorAll('${selector}')].map((one) => one.textContent)`

/** Whether the canvas of the first chart has a pixel of a colour of a curve. */
const INKED = `(() => {
  const canvas = document.querySelector('.chart canvas')
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200 && data[at + 2] - data[at] > 100) return true
  return false
})()`

const SMOOTH_NOTHING = `(() => {
  const slider = document.querySelector('#smoothing')
  slider.value = '0'
  slider.dispatchEvent(new Event('input'))
})()`

/** How often the middle row of the first chart goes from the ground to a curve. */
const CROSSINGS = `(() => {
  const canvas = document.querySelector('.chart canvas')
  const row = Math.round(canvas.height * 0.4)
  const { data } = canvas.getContext('2d').getImageData(0, row, canvas.width, 1)
  let count = 0
  let wasInk = false
  for (let at = 0; at < data.length; at += 4) {
    const isInk = data[at + 3] > 60 && data[at + 2] - data[at] > 40
    if (isInk && !wasInk) count++
    wasInk = isInk
  }
  return count
})()`

describe.runIf(chromium)('the page in a browser', () => {
  let page: BrowserPage
  beforeAll(async () => {
    page = await browserPage(chromium as string)
  })
  afterAll(() => page?.close())

  it('draws curves, hears of what is added, can be used by keyboard, and stays on this machine', async () => {
    const root = temporaryFolder()
    const evil = '<img src=x onerror=document.title=1>'
    const table = `epoch,step,source,interval,${evil},loss\n0,9,train,epoch,1,3\n1,19,train,epoch,2,1\n`
    const folder = runFolder(root, 'csv/version_0', { table })
    runFolder(root, 'csv/version_1', { facts: { status: 'finished', startedAt: 0 } })
    checkpointFolder(root, 'checkpoints/version_0', { best: 100, last: 200 })
    const dashboard = await serveDashboard({ root, pollMs: 0 })
    await page.open(dashboard.url)
    expect(await page.evaluate(texts('.chart h3'))).toEqual([
      `${evil} each epoch`,
      'loss each epoch',
    ])
    await page.until(INKED)

    await page.until(`document.querySelector('.state').textContent === 'live'`)
    appendFileSync(join(folder, 'metrics.csv'), '2,29,train,epoch,5,0.5\n')
    await dashboard.poll()
    await page.until(`document.querySelector('.facts').textContent.includes('3 epochs')`)

    await page.press('2')
    await page.until(`document.querySelector('[aria-selected=true]').textContent === 'Compare'`)
    expect(await page.evaluate(texts('td.text'))).toContain('loss (last)')
    await page.press('7')
    await page.until(`document.querySelectorAll('section.run').length === 2`)
    expect(await page.evaluate(texts('td.number'))).toContain('2 (300 B)')
    expect(await page.evaluate(texts('.facts-of dd'))).toContain(
      'epoch 2, loss 0.5: checkpoints/version_0/best.safetensors',
    )
    await page.press('3')
    await page.until(`document.querySelectorAll('.parallel polyline').length === 2`)
    await page.press('?')
    await page.until(`document.querySelector('dialog').open`)
    await page.press('Escape', { code: 'Escape', windowsVirtualKeyCode: 27 })
    await page.until(`!document.querySelector('dialog').open`)
    await page.press('/')
    expect(await page.evaluate('document.activeElement.id')).toBe('filter')
    const reached = new Set<string>()
    for (let step = 0; step < 40; step++) {
      await page.press('Tab', { code: 'Tab', windowsVirtualKeyCode: 9 })
      reached.add(
        await page.evaluate(
          `document.activeElement.id || document.activeElement.textContent || document.activeElement.dataset.run || ''`,
        ),
      )
    }
    expect([...reached]).toEqual(
      expect.arrayContaining([
        'smoothing',
        'axis',
        'log',
        'filter',
        'All',
        'None',
        'Hyperparameters',
        'result',
        'csv/version_0',
        'csv/version_1',
      ]),
    )
    expect(await page.evaluate('document.title')).toBe('Regimen: runs')
    expect(page.faults).toEqual([])
    expect(
      page.requests.filter((url) => !url.startsWith(dashboard.url) && !url.startsWith('data:')),
    ).toEqual([])
    await dashboard.close()
  })

  it('draws more points of a part that is zoomed into, by keyboard, buttons and mouse', async () => {
    const root = temporaryFolder()
    const rows = Array.from({ length: 100_000 }, (_, step) => `0,${step},train,step,${step % 2}\n`)
    const table = `epoch,step,source,interval,loss\n${rows.join('')}`
    runFolder(root, 'csv/version_0', { table })
    const dashboard = await serveDashboard({ root, pollMs: 0 })
    await page.open(dashboard.url)
    await page.evaluate(SMOOTH_NOTHING)
    const drawn = (text: string) =>
      page.until(`document.querySelector('#drawn').textContent.includes('${text}')`)
    await drawn('of up to 100000 values')
    for (let presses = 0; presses < 10; presses++) await page.press('+')
    await drawn('every value is drawn')
    // About 98 steps, up and down: the overview has two points of the whole stretch.
    await page.until(`${CROSSINGS} > 60`)
    await page.press('.')
    await page.until(`document.querySelector('#drawn').textContent.includes('step 500')`)
    await page.press('-')
    await page.press('0')
    await drawn('of up to 100000 values')

    const box = await page.evaluate<Record<'x' | 'y' | 'width' | 'height', number>>(
      `document.querySelector('.u-over').getBoundingClientRect().toJSON()`,
    )
    const mouse = (type: string, share: number) =>
      page.send('Input.dispatchMouseEvent', {
        ...{ type, button: 'left', clickCount: 1, buttons: 1 },
        ...{ x: box.x + share * box.width, y: box.y + box.height / 2 },
      })
    await mouse('mousePressed', 0.25)
    await mouse('mouseMoved', 0.3)
    await mouse('mouseMoved', 0.5)
    await mouse('mouseReleased', 0.5)
    await page.until(
      `/step 2[45]\\d{3}.* to (49|50)\\d{3}/.test(document.querySelector('#drawn').textContent)`,
    )
    const asked = new URL(page.requests.at(-1) ?? '').searchParams
    expect(Number(asked.get('to')) - Number(asked.get('from'))).toBeGreaterThan(20_000)
    await page.evaluate(`[...document.querySelectorAll('.zoom button')].at(-1).click()`)
    await drawn('of up to 100000 values')
    expect(page.faults).toEqual([])
    await dashboard.close()
  })

  it('opens a report from a file, without a server', async () => {
    const series = new Series('loss', 'train', 'step')
    for (let step = 0; step < 50; step++) {
      series.push(0, step, 1 / (step + 1))
      series.times.push(1000 * step)
    }
    const row = {
      id: 'r',
      name: '',
      version: 'r',
      outcome: 'finished',
      epochs: 1,
      hparams: {},
      faults: [],
    } as const
    const matrix = JSON.stringify({
      type: 'confusion-matrix',
      labels: ['a', 'b'],
      counts: [
        [3, 1],
        [0, 4],
      ],
    })
    const record = { seq: 1, t: 1, kind: 'text', name: 'matrix', step: 0, epoch: 0, value: matrix }
    const graph =
      '{"class_name":"Sequential","config":{"layers":[{"class_name":"Dense","config":{"name":"d","units":3}}]}}'
    const html = reportHtml({
      ...{
        title: 'A run',
        root: '',
        runs: [{ ...row, metrics: [series.summary()] }],
        skipped: [],
        profiles: [],
        images: {},
      },
      charts: chartsOf([{ id: 'r', series: [series] }], {
        smoothing: 0,
        points: 100,
        axis: 'step',
        others: ['epoch', 'time', 'relative'],
      }),
      details: { r: { records: [record], graph } },
    })
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'deep'))
    const file = join(folder, 'deep/report.html')
    writeFileSync(file, html)
    const before = page.requests.length
    await page.open(pathToFileURL(file).href)
    await page.until(INKED)
    await page.press('+')
    await page.until(
      `document.querySelector('#drawn').textContent.includes('what this file holds')`,
    )
    await page.evaluate(
      `(() => { const axis = document.querySelector('#axis'); axis.value = 'relative'; axis.dispatchEvent(new Event('change')) })()`,
    )
    await page.until(
      `document.querySelector('#drawn').textContent === 'every value is in this file'`,
    )
    await page.until(INKED)
    await page.press('4')
    await page.until(`document.querySelectorAll('.matrix td').length === 4`)
    await page.press('6')
    await page.until(`document.querySelectorAll('.model .layer').length === 1`)
    expect(page.faults).toEqual([])
    expect(page.requests.slice(before)).toEqual([pathToFileURL(file).href])
  })
})
