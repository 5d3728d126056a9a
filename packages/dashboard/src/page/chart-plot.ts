import uPlot from 'uplot'
import type { Axis, Range } from '../curves/axis.js'
import type { Chart } from '../curves/curve.js'
import { AXIS_NAMES, durationText, placeText } from './axis-text.js'
import { h, numberText } from './dom.js'
import type { Mark } from './palette.js'

/** What charts need to know of the page. */
export interface ChartLook {
  markOf(run: string): Mark
  nameOf(run: string): string
  readonly axis: Axis
  readonly isLog: boolean
  readonly range: Range | undefined
  /** Shows a part of the axis, in all charts. */
  zoom(range: Range | undefined): void
}

/** Pixels that a chart is high. */
export const HEIGHT = 240
/** All charts have one cursor. */
const sync = uPlot.sync('charts')

/** One axis for all curves, which are drawn across the places where they have no value. */
export function dataOf({ curves }: Chart): uPlot.AlignedData {
  if (curves.length === 0) return [[]]
  const tables = curves.map(({ x, y, smoothed }) =>
    smoothed ? [x, y, smoothed] : [x, y],
  ) as unknown as uPlot.AlignedData[]
  return uPlot.join(tables, tables.map((columns) => columns.map(() => 1)) as never)
}

/** How a chart is drawn, and what a drag and a double click across it do. */
export function optionsOf(
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
    cursor: {
      sync: { key: sync.key, filters: { pub: isCursorEvent } },
      focus: { prox: 24 },
      drag: { x: true, y: false, setScale: false },
      bind: {
        dblclick: () => () => {
          look.zoom(undefined)
          return null
        },
      },
    },
    scales: { x: { time: look.axis === 'time' }, y: { distr: look.isLog ? 3 : 1 } },
    axes: [
      {
        ...axis,
        label: AXIS_NAMES[look.axis],
        ...{ labelFont: font, labelSize: 18, size: look.axis === 'time' ? 46 : 34 },
        ...(look.axis === 'relative' && {
          values: durationsOf,
          space: 80,
          incrs: DURATIONS,
        }),
      },
      {
        ...axis,
        size: 58,
        values: (_: uPlot, ticks: number[]) =>
          ticks.map((tick) => (tick === null ? '' : numberText(tick))),
      },
    ],
    series: [{}, ...series],
    hooks: {
      setCursor: [(plot) => showReadout(plot, readout, look.axis)],
      setSelect: [(plot) => zoomToSelection(plot, look)],
    },
  }
}

/** Charts share their cursor; what is dragged across one is shown in all by {@link ChartLook.zoom}. */
const isCursorEvent = (type: string): boolean =>
  type === 'mousemove' || type === 'mouseleave'

/** Seconds between two ticks: parts of minutes, hours and days, and below that decimal ones. */
const DURATIONS = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
  ...[60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200],
  ...[1, 2, 5, 10, 20, 50, 100].map((days) => days * 86_400),
]

const durationsOf = (_: uPlot, ticks: number[]): string[] => ticks.map(durationText)

function zoomToSelection(plot: uPlot, look: ChartLook): void {
  const { left, width, top, height } = plot.select
  if (width === 0) return
  const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]
  plot.setSelect({ left: 0, width: 0, top, height }, false)
  look.zoom({ from, to })
}

/** The values under the cursor, below the chart: a reader of screens and a small screen have them too. */
function showReadout(plot: uPlot, readout: HTMLElement, axis: Axis): void {
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
    h('b', {}, `${AXIS_NAMES[axis]} ${placeText(axis, x)}`),
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
