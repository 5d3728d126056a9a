import type { RangeTest } from './range.js'

const [WIDTH, HEIGHT] = [640, 400]
const EDGE = { left: 64, right: 16, top: 40, bottom: 48 }

/** The curve of a range test as an SVG: the smoothed loss over the rate, with the suggestion. */
export function picture({ points, suggestion }: RangeTest, mode: string): string {
  const shown = points.filter(({ smoothed }) => Number.isFinite(smoothed))
  const toX = mode === 'linear' ? (rate: number) => rate : Math.log10
  const x = scale(
    shown.map(({ rate }) => toX(rate)),
    EDGE.left,
    WIDTH - EDGE.right,
  )
  const y = scale(
    shown.map(({ smoothed }) => smoothed),
    HEIGHT - EDGE.bottom,
    EDGE.top,
  )
  const line = shown.map(
    ({ rate, smoothed }) => `${x.at(toX(rate)).toFixed(1)},${y.at(smoothed).toFixed(1)}`,
  )
  const xTicks = ticks(x).map((value) => {
    const at = x.at(value).toFixed(1)
    const label = mode === 'linear' ? short(value) : short(10 ** value)
    return `<line class="grid" x1="${at}" x2="${at}" y1="${EDGE.top}" y2="${HEIGHT - EDGE.bottom}"/><text x="${at}" y="${HEIGHT - 28}" text-anchor="middle">${label}</text>`
  })
  const yTicks = ticks(y).map((value) => {
    const at = y.at(value).toFixed(1)
    return `<line class="grid" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${at}" y2="${at}"/><text x="${EDGE.left - 8}" y="${at}" dy="4" text-anchor="end">${short(value)}</text>`
  })
  const chosen = points.find(({ rate }) => rate === suggestion)
  const mark = chosen
    ? `<circle cx="${x.at(toX(chosen.rate)).toFixed(1)}" cy="${y.at(chosen.smoothed).toFixed(1)}" r="5"/>`
    : ''
  const title =
    suggestion === undefined
      ? 'Learning rate: no suggestion'
      : `Learning rate: ${short(suggestion)} suggested`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${title}">
<style>rect{fill:#fff}text{font:12px sans-serif;fill:#444}.title{font-size:15px;fill:#111}.grid{stroke:#ddd}polyline{fill:none;stroke:#1f77b4;stroke-width:2}circle{fill:#d62728}</style>
<rect width="${WIDTH}" height="${HEIGHT}"/>
<text class="title" x="${EDGE.left}" y="24">${title}</text>
${[...xTicks, ...yTicks].join('\n')}
<text x="${(WIDTH + EDGE.left) / 2}" y="${HEIGHT - 8}" text-anchor="middle">learning rate</text>
<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">smoothed loss</text>
<polyline points="${line.join(' ')}"/>
${mark}
</svg>
`
}

interface Scale {
  readonly low: number
  readonly high: number
  at(value: number): number
}

function scale(values: readonly number[], from: number, to: number): Scale {
  const low = values.length > 0 ? Math.min(...values) : 0
  const top = values.length > 0 ? Math.max(...values) : 1
  const high = top > low ? top : low + 1
  return { low, high, at: (value) => from + ((to - from) * (value - low)) / (high - low) }
}

/** Four to eight round values within a scale. */
function ticks({ low, high }: Scale): number[] {
  const rough = (high - low) / 6
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough
  const first = Math.ceil(low / step)
  const count = Math.floor(high / step) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * step)
}

const short = (value: number): string => String(Number(value.toPrecision(3)))
