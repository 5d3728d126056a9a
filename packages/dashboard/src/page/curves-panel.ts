import type { Range } from '../curves/axis.js'
import type { Chart } from '../curves/curve.js'
import type { ChartLook } from './chart-plot.js'
import { ChartsView } from './charts-view.js'
import type { Settings } from './controls.js'
import { h } from './dom.js'
import { movedRange, scaledRange, within } from './zoom.js'
import { ZoomBar } from './zoom-bar.js'

/** What a {@link CurvesPanel} works with. */
export interface CurvesPanelParts {
  readonly settings: Settings
  readonly isLive: boolean
  /** Called with another range in the settings: its points are to be shown. */
  changed(): void
}

/** The charts, and the part of their axis that is shown. */
export class CurvesPanel {
  readonly element: HTMLElement
  readonly #parts: CurvesPanelParts
  readonly #charts = new ChartsView()
  readonly #bar: ZoomBar
  #extent: Range | undefined

  constructor(parts: CurvesPanelParts) {
    this.#parts = parts
    this.#bar = new ZoomBar({
      scale: (factor) => this.scale(factor),
      move: (share) => this.move(share),
      reset: () => this.reset(),
    })
    this.element = h('section', {}, this.#bar.element, this.#charts.element)
  }

  show(charts: readonly Chart[], marks: Pick<ChartLook, 'markOf' | 'nameOf'>): void {
    const { settings, isLive } = this.#parts
    if (!settings.range || !isLive) this.#extent = extentOf(charts)
    const zoom = (range: Range | undefined) => this.#zoom(range)
    this.#charts.show(charts, { ...settings, ...marks, zoom })
    this.#bar.show(charts, settings, isLive)
  }

  resize(): void {
    this.#charts.resize()
  }

  /** Shows a part of the axis that is so many times as long. */
  scale(factor: number): void {
    const { range } = this.#parts.settings
    if (this.#extent) this.#zoom(scaledRange(range, this.#extent, factor))
  }

  /** Moves what is shown by a share of its length. */
  move(share: number): void {
    const { range } = this.#parts.settings
    if (this.#extent) this.#zoom(movedRange(range, this.#extent, share))
  }

  /** Shows all. */
  reset(): void {
    this.#zoom(undefined)
  }

  /** What is there is stretched at once; the finer points come after. */
  #zoom(range: Range | undefined): void {
    const shown = range && this.#extent && within(range, this.#extent)
    this.#parts.settings.range = shown
    if (shown) this.#charts.zoom(shown)
    this.#parts.changed()
  }
}

/** From the first to the last place of all curves. */
function extentOf(charts: readonly Chart[]): Range | undefined {
  const curves = charts.flatMap((chart) => chart.curves).filter(({ x }) => x.length > 0)
  if (curves.length === 0) return undefined
  const from = Math.min(...curves.map(({ x }) => x[0] as number))
  const to = Math.max(...curves.map(({ x }) => x.at(-1) as number))
  return { from, to }
}
