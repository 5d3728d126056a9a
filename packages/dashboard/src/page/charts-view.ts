import uPlot from 'uplot'
import type { Range } from '../curves/axis.js'
import type { Chart } from '../curves/curve.js'
import { type ChartLook, dataOf, HEIGHT, optionsOf } from './chart-plot.js'
import { h } from './dom.js'

/** Draws charts, and redraws them with new data without making them anew. */
export class ChartsView {
  readonly element = h('div', { class: 'charts' })
  readonly #plots = new Map<string, { plot: uPlot; box: HTMLElement; shape: string }>()

  show(charts: readonly Chart[], look: ChartLook): void {
    const shown = charts.filter(({ curves }) => curves.some(({ x }) => x.length > 0))
    const keys = new Set(shown.map(keyOf))
    for (const key of this.#plots.keys()) if (!keys.has(key)) this.#remove(key)
    for (const chart of shown) this.#draw(chart, look)
    this.element.append(
      ...shown.map((chart) => this.#plots.get(keyOf(chart))?.box as Node),
    )
    this.element.querySelector(':scope > .empty')?.remove()
    if (shown.length === 0)
      this.element.append(h('p', { class: 'empty' }, whyEmpty(charts, look)))
  }

  /** Shows a range with the points that are there, until others come. */
  zoom(range: Range): void {
    for (const { plot } of this.#plots.values())
      plot.setScale('x', { min: range.from, max: range.to })
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
      chart.curves.map(({ run, smoothed, x }) => [
        ...[run, look.markOf(run), Boolean(smoothed)],
        x.length === 1,
      ]),
    ])
    const known = this.#plots.get(key)
    const data = dataOf(chart)
    if (known) warn(known.box, chart)
    if (known?.shape === shape) {
      show(known.plot, data, look.range)
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
    if (look.range) show(plot, data, look.range)
    this.#plots.set(key, { plot, box, shape })
  }
}

/** Draws data in a range of the axis; the other axis fits what is in it. */
function show(plot: uPlot, data: uPlot.AlignedData, range: Range | undefined): void {
  plot.batch(() => {
    plot.setData(data)
    if (range) plot.setScale('x', { min: range.from, max: range.to })
  })
}

const keyOf = ({ name, interval }: Chart): string => `${interval} ${name}`
const innerWidthOf = (box: HTMLElement): number => Math.max(220, box.clientWidth - 16)
const readoutOf = (box: HTMLElement): HTMLElement =>
  box.querySelector('.readout') as HTMLElement

function whyEmpty(charts: readonly Chart[], { axis }: ChartLook): string {
  if (charts.length === 0 || axis === 'step' || axis === 'epoch') return 'No metrics yet.'
  return 'These runs do not say when their values were logged.'
}

function warn(box: HTMLElement, { curves }: Chart): void {
  const notFinite = curves.reduce((sum, curve) => sum + curve.notFinite, 0)
  const text = notFinite === 1 ? '1 value is' : `${notFinite} values are`
  const place = box.querySelector('.warning') as HTMLElement
  place.textContent = notFinite > 0 ? `${text} not finite` : ''
}

function chartBox(chart: Chart): HTMLElement {
  const { name, interval } = chart
  const title = h('h3', {}, name, h('span', { class: 'of' }, ` each ${interval}`))
  const readout = h('div', { class: 'readout', 'aria-live': 'off' })
  const label = `${name}, each ${interval}`
  const box = h(
    'figure',
    { class: 'chart', 'aria-label': label },
    title,
    h('p', { class: 'warning' }),
    h('div', { class: 'plot' }),
    readout,
  )
  warn(box, chart)
  return box
}
