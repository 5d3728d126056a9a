import type { Json } from '@regimen/core'
import { type Dimension, placeOf } from './space.js'
import { type Standing, shortNames, valueText } from './standings.js'
import { dimensionsOf, type SweepPlan } from './sweep-config.js'
import { scoreOf } from './trial.js'

const WIDTH = 960
const [LEFT, RIGHT] = [60, WIDTH - 70]
/** From top to bottom: the parallel coordinates, then the best value so far. */
const AXES = { top: 70, bottom: 320 }
const HISTORY = { top: 400, bottom: 560 }
const HEIGHT = 610

/**
 * A sweep as SVG: parallel coordinates, a line for each trial through its values to what it reached, the better the
 * bluer; below, what each trial reached and the best so far.
 */
export function sweepPicture(plan: SweepPlan, trials: readonly Standing[]): string {
  const judged = trials.filter(({ value }) => value !== null && Number.isFinite(value))
  const failed = trials.length - judged.length
  const title = `${plan.name}: ${plan.monitor} of ${trials.length} trials, by ${plan.algorithm}${failed > 0 ? `; ${failed} without a value` : ''}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#222">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    text(LEFT, 28, title, 'font-size="16" font-weight="600"'),
    ...(judged.length > 0
      ? [...coordinates(plan, judged), ...history(plan, judged)]
      : []),
    '</svg>',
    '',
  ].join('\n')
}

interface Axis {
  readonly name: string
  readonly ends: readonly [bottom: string, top: string]
  /** Where a trial crosses it: 0 at the bottom, 1 at the top. */
  readonly place: (trial: Standing) => number
  /** Marks on it. */
  readonly marks: readonly (readonly [place: number, label: string])[]
}

function coordinates(plan: SweepPlan, judged: readonly Standing[]): string[] {
  const names = shortNames(Object.keys(plan.space))
  const axes = dimensionsOf(plan.space).map(([path, dimension]) =>
    axisOf(names.get(path) ?? path, path, dimension),
  )
  axes.push(valueAxis(plan, judged))
  const x = (index: number) =>
    LEFT + 20 + (index / (axes.length - 1)) * (RIGHT - LEFT - 20)
  const y = (place: number) => AXES.bottom - place * (AXES.bottom - AXES.top)
  const shade = shadeOf(judged)
  // The best are drawn last, over the others.
  const lines = judged.toReversed().map((trial) => {
    const points = axes.map(
      (axis, index) => `${round(x(index))},${round(y(axis.place(trial)))}`,
    )
    const isBest = trial === judged[0]
    const label = `<title>trial ${trial.number}: ${valueText(trial.value)}</title>`
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${shade(trial)}" stroke-width="${isBest ? 3 : 1.4}" stroke-opacity="${isBest ? 1 : 0.75}">${label}</polyline>`
  })
  const drawn = axes.flatMap(({ name, ends: [bottom, top], marks }, index) => [
    `<line x1="${round(x(index))}" x2="${round(x(index))}" y1="${AXES.top}" y2="${AXES.bottom}" stroke="#444"/>`,
    text(x(index), AXES.top - 22, name, 'text-anchor="middle" font-weight="600"'),
    text(x(index), AXES.top - 7, top, 'text-anchor="middle" fill="#555"'),
    text(x(index), AXES.bottom + 16, bottom, 'text-anchor="middle" fill="#555"'),
    ...marks.map(([place, label]) => text(x(index) + 6, y(place) + 4, label, HALO)),
  ])
  return [...lines, ...drawn]
}

const HALO = 'fill="#333" paint-order="stroke" stroke="#fff" stroke-width="3"'

function axisOf(name: string, path: string, dimension: Dimension): Axis {
  if (dimension.kind === 'range') {
    const { low, high } = dimension
    const place = ({ values }: Standing) => placeOf(dimension, values[path] as Json)
    return { name, ends: [valueText(low), valueText(high)], place, marks: [] }
  }
  const texts = dimension.values.map((value) => JSON.stringify(value))
  const at = (index: number) => (index + 0.5) / texts.length
  return {
    name,
    ends: ['', ''],
    place: ({ values }) => at(texts.indexOf(JSON.stringify(values[path]))),
    marks: dimension.values.map((value, index) => [at(index), valueText(value)]),
  }
}

/** What was reached: the better the higher, whichever way that is. */
function valueAxis({ monitor, mode }: SweepPlan, judged: readonly Standing[]): Axis {
  const [worst, best] = boundsOf(judged, mode)
  const span = worst - best || 1
  const place = ({ value }: Standing) => (worst - scoreOf(value, mode)) / span
  const shown = (score: number) => valueText(mode === 'min' ? score : -score)
  return { name: monitor, ends: [shown(worst), shown(best)], place, marks: [] }
}

function boundsOf(judged: readonly Standing[], mode: 'min' | 'max'): [number, number] {
  const scores = judged.map(({ value }) => scoreOf(value, mode))
  return [Math.max(...scores), Math.min(...scores)]
}

/** Blue for the best, yellow for the worst, by rank: one trial that diverged does not take all colours. */
function shadeOf(judged: readonly Standing[]) {
  const last = Math.max(1, judged.length - 1)
  return (trial: Standing) => {
    const rank = judged.indexOf(trial) / last
    const mix = (from: number, to: number) => Math.round(from + rank * (to - from))
    return `rgb(${mix(20, 240)},${mix(70, 190)},${mix(160, 60)})`
  }
}

function history({ mode, monitor }: SweepPlan, judged: readonly Standing[]): string[] {
  const inOrder = judged.toSorted((a, b) => a.number - b.number)
  const [worst, best] = boundsOf(judged, mode)
  const span = worst - best || 1
  const most = Math.max(1, ...inOrder.map(({ number }) => number))
  const x = (number: number) => LEFT + 20 + (number / most) * (RIGHT - LEFT - 20)
  const y = (score: number) =>
    HISTORY.top + ((score - best) / span) * (HISTORY.bottom - HISTORY.top)
  const shade = shadeOf(judged)
  let least = Number.POSITIVE_INFINITY
  const steps: string[] = []
  const dots = inOrder.map((trial) => {
    const score = scoreOf(trial.value, mode)
    if (score < least) {
      if (steps.length > 0) steps.push(`${round(x(trial.number))},${round(y(least))}`)
      least = score
      steps.push(`${round(x(trial.number))},${round(y(score))}`)
    }
    return `<circle cx="${round(x(trial.number))}" cy="${round(y(score))}" r="3.5" fill="${shade(trial)}"><title>trial ${trial.number}: ${valueText(trial.value)}</title></circle>`
  })
  steps.push(`${round(x(most))},${round(y(least))}`)
  const [bottom, top] = [worst, best].map((score) =>
    valueText(mode === 'min' ? score : -score),
  )
  return [
    text(
      LEFT,
      HISTORY.top - 22,
      `${monitor} of each trial, and the best so far`,
      'font-weight="600"',
    ),
    `<polyline points="${LEFT + 20},${HISTORY.top} ${LEFT + 20},${HISTORY.bottom} ${RIGHT},${HISTORY.bottom}" fill="none" stroke="#444"/>`,
    text(LEFT + 14, HISTORY.top + 4, top ?? '', 'text-anchor="end" fill="#555"'),
    text(LEFT + 14, HISTORY.bottom + 4, bottom ?? '', 'text-anchor="end" fill="#555"'),
    `<polyline points="${steps.join(' ')}" fill="none" stroke="#1446a0" stroke-width="2"/>`,
    ...dots,
    text(LEFT + 20, HISTORY.bottom + 18, '0', 'text-anchor="middle" fill="#555"'),
    text(RIGHT, HISTORY.bottom + 18, `trial ${most}`, 'text-anchor="middle" fill="#555"'),
  ]
}

const round = (value: number) => Math.round(value * 10) / 10

function text(x: number, y: number, content: string, style: string): string {
  const safe = content.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return `<text x="${round(x)}" y="${round(y)}" ${style}>${safe}</text>`
}
