import uPlot from 'uplot'
import type { Chart } from '../curves/curve.js'
import { h, numberText } from './dom.js'
import type { Mark } from './palette.js'

/** What charts need to know of the page. */
export interface ChartLook {
  markOf(run: string): Mark
  nameOf(run: string): string
  readonly axis: 'step' | 'epoch'
  readonly isLog: boolean
}

const HEIGHT = 240
/** All charts have one cursor. */
const sync = uPlot.sync('charts')

/** Draws charts, and redraws them with new data without making them anew. */
export class ChartsView {
  readonly element = h('div', { class: 'charts' })
  readonly #plots = new Map<string, { plot: uPlot; box: HTMLElement; shape: string }>()

  show(charts: readonly Chart[], look: ChartLook): void {
    const shown = charts.filter(({ curves }) => curves.length > 0)
    const keys = new Set(shown.map(keyOf))
    for (const key of this.#plots.keys()) if (!keys.has(key)) this.#remove(key)
    for (const chart of shown) this.#draw(chart, look)
    this.element.append(
      ...shown.map((chart) => this.#plots.get(keyOf(chart))?.box as Node),
    )
    if (shown.length === 0)
      this.element.replaceChildren(h('p', { class: 'empty' }, 'No metrics yet.'))
    else this.element.querySelector(':scope > .empty')?.remove()
  }

  /** Fits all charts to their boxes. */
  resize(): void {
    for (const { plot, box } of this.#plots.values())
      plot.setSize({ width: innerWidthOf(box), height: HEIGHT })
  }

  #remove(key: string): void {
    this.#plots.get(key)?.plot.destroy()
    this.#plots.get(key)?.box.remove()
    this.#plots.delete(key)
  }

  #draw(chart: Chart, look: ChartLook): void {
    const key = keyOf(chart)
    const shape = JSON.stringify([
      look.axis,
      look.isLog,
      chart.curves.map(({ run, smoothed }) => [run, look.markOf(run), Boolean(smoothed)]),
    ])
    const known = this.#plots.get(key)
    const data = dataOf(chart)
    if (known?.shape === shape) {
      // What is zoomed stays zoomed.
      const { min, max } = known.plot.scales.x ?? {}
      const [first, last] = [known.plot.data[0][0], known.plot.data[0].at(-1)]
      known.plot.setData(data, min === first && max === last)
      return
    }
    const box = known?.box ?? chartBox(chart)
    known?.plot.destroy()
    box.querySelector('.uplot')?.remove()
    if (!box.isConnected) this.element.append(box)
    const canvas = box.querySelector('.plot') as HTMLElement
    const plot = new uPlot(
      optionsOf(chart, look, innerWidthOf(box), readoutOf(box)),
      data,
      canvas,
    )
    this.#plots.set(key, { plot, box, shape })
  }
}

const keyOf = ({ name, interval }: Chart): string => `${interval} ${name}`
const innerWidthOf = (box: HTMLElement): number => Math.max(220, box.clientWidth - 16)
const readoutOf = (box: HTMLElement): HTMLElement =>
  box.querySelector('.readout') as HTMLElement

function chartBox({ name, interval, curves }: Chart): HTMLElement {
  const notFinite = curves.reduce((sum, curve) => sum + curve.notFinite, 0)
  const title = h('h3', {}, name, h('span', { class: 'of' }, ` each ${interval}`))
  const warning =
    notFinite > 0 && h('p', { class: 'warning' }, `${notFinite} values are not finite`)
  const readout = h('div', { class: 'readout', 'aria-live': 'off' })
  const label = `${name}, each ${interval}`
  return h(
    'figure',
    { class: 'chart', 'aria-label': label },
    title,
    warning,
    h('div', { class: 'plot' }),
    readout,
  )
}

/** One axis for all curves, which are drawn across the places where they have no value. */
function dataOf({ curves }: Chart): uPlot.AlignedData {
  if (curves.length === 0) return [[]]
  const tables = curves.map(({ x, y, smoothed }) =>
    smoothed ? [x, y, smoothed] : [x, y],
  ) as unknown as uPlot.AlignedData[]
  return uPlot.join(tables, tables.map((columns) => columns.map(() => 1)) as never)
}

function optionsOf(
  { curves }: Chart,
  look: ChartLook,
  width: number,
  readout: HTMLElement,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement)
  const [ink, grid] = [style.getPropertyValue('--soft'), style.getPropertyValue('--line')]
  const font = `12px ${style.getPropertyValue('--font')}`
  const axis = {
    stroke: ink,
    font,
    grid: { stroke: grid, width: 1 },
    ticks: { stroke: grid, size: 4 },
  }
  const series = curves.flatMap(({ run, smoothed, x }) => {
    const { color, dash } = look.markOf(run)
    const isPoint = x.length === 1
    const line = {
      spanGaps: true,
      stroke: color,
      dash: [...dash],
      points: { show: isPoint, size: 7 },
    }
    const main = { ...line, label: look.nameOf(run), width: 1.75 }
    return smoothed
      ? [{ ...line, label: '', width: 1, alpha: 0.25, dash: [] }, main]
      : [main]
  })
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { sync: { key: sync.key }, focus: { prox: 24 }, drag: { x: true, y: false } },
    scales: { x: { time: false }, y: { distr: look.isLog ? 3 : 1 } },
    axes: [
      { ...axis, label: look.axis, labelFont: font, labelSize: 18, size: 34 },
      {
        ...axis,
        size: 58,
        values: (_: uPlot, ticks: number[]) =>
          ticks.map((tick) => (tick === null ? '' : numberText(tick))),
      },
    ],
    series: [{}, ...series],
    hooks: { setCursor: [(plot) => showReadout(plot, readout, look.axis)] },
  }
}

/** The values under the cursor, below the chart: a reader of screens and a small screen have them too. */
function showReadout(plot: uPlot, readout: HTMLElement, axis: string): void {
  const at = plot.cursor.idx
  const x = at === null || at === undefined ? undefined : plot.data[0][at]
  if (at === null || at === undefined || x === undefined) {
    readout.replaceChildren()
    return
  }
  const rows = plot.series.flatMap(({ label, stroke }, index) => {
    if (index === 0 || label === '') return []
    const value = nearestValue(
      plot.data[index] as readonly (number | null | undefined)[],
      at,
    )
    const color = typeof stroke === 'function' ? stroke(plot, index) : stroke
    const dot = h('span', { class: 'dot' })
    dot.style.background = String(color)
    return value === undefined
      ? []
      : [{ value, row: h('span', {}, dot, `${label} ${numberText(value)}`) }]
  })
  rows.sort((one, other) => one.value - other.value)
  readout.replaceChildren(
    h('b', {}, `${axis} ${x}`),
    ...rows.slice(0, 8).map(({ row }) => row),
  )
}

/** The latest value at or before a place. */
function nearestValue(
  values: readonly (number | null | undefined)[],
  at: number,
): number | undefined {
  for (let index = at; index >= 0; index--) {
    const value = values[index]
    if (value !== null && value !== undefined) return value
  }
  return undefined
}
