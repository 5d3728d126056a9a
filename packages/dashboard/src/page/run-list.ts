import type { RunRow } from '../library/run-row.js'
import { h, svg } from './dom.js'
import type { Mark } from './palette.js'

/** What the list of runs needs to know of the page. */
export interface RunListLook {
  readonly rows: readonly RunRow[]
  readonly filter: string
  isSelected(run: string): boolean
  markOf(run: string): Mark
  toggle(run: string): void
}

/** The runs as checkboxes, each with its mark and how it went. */
export function runList({
  rows,
  filter,
  isSelected,
  markOf,
  toggle,
}: RunListLook): HTMLElement {
  const shown = rows.filter((row) => matches(row, filter))
  const items = shown.map(({ id, outcome, epochs, faults }) => {
    const input = {
      type: 'checkbox',
      checked: isSelected(id),
      'data-run': id,
      change: () => toggle(id),
    }
    const state = h('span', { class: `outcome ${outcome}` }, outcome)
    const facts = h(
      'span',
      { class: 'facts' },
      state,
      epochs > 0 && ` · ${epochs} epochs`,
    )
    const warning =
      faults.length > 0 && h('span', { class: 'warning' }, faults.join('; '))
    const text = h('span', { class: 'name' }, id, facts, warning)
    return h('li', {}, h('label', {}, h('input', input), swatch(markOf(id)), text))
  })
  if (items.length > 0) return h('ul', { class: 'runs' }, ...items)
  return h(
    'p',
    { class: 'empty' },
    rows.length === 0 ? 'No runs yet.' : 'No run matches.',
  )
}

/** A run matches by its name, its outcome, or `key=value` of its hyperparameters. */
function matches({ id, outcome, hparams }: RunRow, filter: string): boolean {
  const facts = Object.entries(hparams).map(([key, value]) => `${key}=${value}`)
  const text = [id, outcome, ...facts].join(' ').toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

function swatch({ color, dash }: Mark): SVGElement {
  const line = { x1: 1, y1: 6, x2: 25, y2: 6, stroke: color, 'stroke-width': 3 }
  const mark = svg('line', { ...line, 'stroke-dasharray': dash.join(' ') })
  return svg(
    'svg',
    { width: 26, height: 12, class: 'swatch', 'aria-hidden': 'true' },
    mark,
  )
}
