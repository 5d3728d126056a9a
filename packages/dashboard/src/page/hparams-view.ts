import { betterDirection } from '../library/better-direction.js'
import { metricValue } from '../library/comparison.js'
import type { RunRow } from '../library/run-row.js'
import { h, numberText, svg, table } from './dom.js'
import type { Mark } from './palette.js'

const [WIDTH, HEIGHT, TOP, SIDE] = [900, 280, 34, 90]

interface Axis {
  readonly name: string
  readonly values: readonly unknown[]
  place(value: unknown): number | undefined
  readonly ends: readonly [string, string]
}

/** Hyperparameters against a result: parallel coordinates, a line for each run, and a table. */
export function hparamsView(
  rows: readonly RunRow[],
  {
    metric,
    pick,
    markOf,
  }: { metric: string | undefined; pick(name: string): void; markOf(run: string): Mark },
): HTMLElement {
  const metrics = [
    ...new Set(rows.flatMap((row) => row.metrics.map(({ name }) => name))),
  ].sort()
  const result = metrics.includes(metric ?? '')
    ? metric
    : (metrics.find((name) => /^val_/.test(name)) ?? metrics[0])
  if (rows.length === 0 || result === undefined)
    return h(
      'p',
      { class: 'empty' },
      'Select runs with metrics to see hyperparameters against results.',
    )
  const which = betterDirection(result)
  const names = [...new Set(rows.flatMap(({ hparams }) => Object.keys(hparams)))].sort()
  const label = `${result} (${which})`
  const axes = [
    ...names.map((name) =>
      axisOf(
        name,
        rows.map(({ hparams }) => hparams[name]),
      ),
    ),
    axisOf(
      label,
      rows.map((row) => metricValue(row, result, which)),
    ),
  ]
  const options = metrics.map((name) =>
    h('option', { value: name, selected: name === result }, name),
  )
  const change = (event: Event) => pick((event.target as HTMLSelectElement).value)
  const choice = h(
    'label',
    {},
    'Result ',
    h('select', { id: 'result', change }, ...options),
  )
  const cells = rows.map((row, at) => [
    row.id,
    ...axes.map(({ values }) => numberText(values[at])),
  ])
  return h(
    'section',
    {},
    choice,
    h('div', { class: 'scroll', tabindex: 0 }, parallel(axes, rows, markOf)),
    table(['run', ...axes.map(({ name }) => name)], cells),
  )
}

function axisOf(name: string, values: readonly unknown[]): Axis {
  const there = values.filter((value) => value !== undefined && value !== null)
  const numbers = there.filter(
    (value): value is number => typeof value === 'number' && Number.isFinite(value),
  )
  if (numbers.length === there.length && numbers.length > 0) {
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
    // Rates that differ by powers of ten would all lie at one end.
    const isLog = low > 0 && high / low >= 50
    const scaled = (value: number) => (isLog ? Math.log(value) : value)
    const span = scaled(high) - scaled(low)
    return {
      ...{ name, values, ends: [numberText(low), numberText(high)] },
      place: (value) =>
        typeof value === 'number' && Number.isFinite(value)
          ? span === 0
            ? 0.5
            : (scaled(value) - scaled(low)) / span
          : undefined,
    }
  }
  const texts = [...new Set(there.map(String))].sort()
  return {
    ...{ name, values, ends: [texts[0] ?? '', texts.at(-1) ?? ''] },
    place(value) {
      const at = texts.indexOf(String(value))
      return at === -1 ? undefined : texts.length === 1 ? 0.5 : at / (texts.length - 1)
    },
  }
}

function parallel(
  axes: readonly Axis[],
  rows: readonly RunRow[],
  markOf: (run: string) => Mark,
): SVGElement {
  const x = (at: number) =>
    SIDE + (axes.length === 1 ? 0.5 : at / (axes.length - 1)) * (WIDTH - 2 * SIDE)
  const y = (share: number) => HEIGHT - TOP - share * (HEIGHT - 2 * TOP)
  const lines = rows.map(({ id }, row) => {
    const points = axes.flatMap(({ place, values }, at) => {
      const share = place(values[row])
      return share === undefined ? [] : [`${x(at)},${y(share)}`]
    })
    const { color, dash } = markOf(id)
    const look = {
      fill: 'none',
      stroke: color,
      'stroke-width': 2,
      'stroke-dasharray': dash.join(' '),
    }
    return svg('polyline', { points: points.join(' '), ...look }, svg('title', {}, id))
  })
  const drawn = axes.flatMap(({ name, ends: [low, high] }, at) => [
    svg('line', { x1: x(at), x2: x(at), y1: TOP, y2: HEIGHT - TOP, class: 'axis' }),
    svg('text', { x: x(at), y: 14, class: 'title' }, name),
    svg('text', { x: x(at), y: 28 }, high === low ? '' : high),
    svg('text', { x: x(at), y: HEIGHT - TOP + 16 }, low),
  ])
  const label =
    'Hyperparameters and result, a line for each run; the table below has the numbers.'
  return svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      class: 'parallel',
      role: 'img',
      'aria-label': label,
    },
    ...drawn,
    ...lines,
  )
}
