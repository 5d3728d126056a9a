import type { Range } from '../curves/axis.js'
import type { Chart } from '../curves/curve.js'
import { AXIS_NAMES, placeText } from './axis-text.js'
import type { Settings } from './controls.js'
import { h } from './dom.js'

/** What the buttons of a {@link ZoomBar} do. */
export interface ZoomActions {
  /** Makes the range so many times as long. */
  scale(factor: number): void
  /** Moves the range by a share of its length. */
  move(share: number): void
  /** Shows all. */
  reset(): void
}

/** Buttons that zoom, for those who do not drag, and what is drawn in words. */
export class ZoomBar {
  readonly element: HTMLElement
  readonly #text = h('p', { class: 'note', role: 'status', id: 'drawn' })
  readonly #onlyZoomed: readonly HTMLButtonElement[]

  constructor({ scale, move, reset }: ZoomActions) {
    const button = (text: string, label: string, click: () => void) =>
      h('button', { type: 'button', 'aria-label': label, title: label, click }, text)
    const closer = button('+', 'Zoom in', () => scale(0.5))
    this.#onlyZoomed = [
      button('−', 'Zoom out', () => scale(2)),
      button('←', 'Move to the left', () => move(-0.5)),
      button('→', 'Move to the right', () => move(0.5)),
      button('All', 'Show all', reset),
    ]
    const buttons = h('div', { class: 'zoom', role: 'group', 'aria-label': 'Zoom' })
    buttons.append(closer, ...this.#onlyZoomed)
    this.element = h('div', { class: 'zoombar' }, buttons, this.#text)
  }

  show(charts: readonly Chart[], { axis, range }: Settings, isLive: boolean): void {
    for (const button of this.#onlyZoomed) button.disabled = range === undefined
    this.#text.textContent = drawnText(charts, { axis, range }, isLive)
  }
}

/** How much of the curves is drawn, in a sentence. */
export function drawnText(
  charts: readonly Chart[],
  { axis, range }: Pick<Settings, 'axis' | 'range'>,
  isLive: boolean,
): string {
  const curves = charts.flatMap((chart) => chart.curves)
  if (curves.length === 0) return ''
  const drawn = curves.map(({ x }) => x.filter((place) => isIn(place, range)).length)
  const isWhole = curves.every(({ count }, at) => (drawn[at] as number) >= count)
  const where = range
    ? `${AXIS_NAMES[axis]} ${placeText(axis, range.from)} to ${placeText(axis, range.to)}: `
    : ''
  const [most, all] = [Math.max(...drawn), Math.max(...curves.map(({ count }) => count))]
  if (isLive)
    return isWhole
      ? `${where}every value is drawn`
      : `${where}up to ${most} points of up to ${all} values of a curve, the lowest and highest of each stretch`
  if (!range)
    return isWhole
      ? 'every value is in this file'
      : `this file holds up to ${most} points of up to ${all} values of a curve`
  return `${where}up to ${most} points, which is what this file holds; regimen view has them all`
}

const isIn = (place: number, range: Range | undefined): boolean =>
  !range || (place >= range.from && place <= range.to)
