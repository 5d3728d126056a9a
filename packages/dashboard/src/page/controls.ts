import { AXES, type Axis, type Range } from '../curves/axis.js'
import { AXIS_NAMES } from './axis-text.js'
import { h } from './dom.js'

/** How curves are shown. */
export interface Settings {
  smoothing: number
  axis: Axis
  isLog: boolean
  /** The part of the axis that is shown; absent: all of it. */
  range: Range | undefined
}

/** The controls of the curves. `changed` is called with the new settings. */
export function controls(settings: Settings, changed: () => void): HTMLElement {
  const value = h('output', { for: 'smoothing' }, settings.smoothing.toFixed(2))
  const input = (event: Event) => {
    settings.smoothing = Number((event.target as HTMLInputElement).value)
    value.textContent = settings.smoothing.toFixed(2)
    changed()
  }
  const range = { type: 'range', id: 'smoothing', min: 0, max: 0.99, step: 0.01 }
  const slider = h('input', { ...range, value: settings.smoothing, input })
  const help =
    'Exponential moving average, debiased as in TensorBoard; 0 shows values as they are.'
  const smoothing = h('label', { title: help }, 'Smoothing ', slider, value)
  const pickAxis = (event: Event) => {
    settings.axis = (event.target as HTMLSelectElement).value as Axis
    settings.range = undefined
    changed()
  }
  const options = AXES.map((name) => h('option', { value: name }, AXIS_NAMES[name]))
  const select = h('select', { id: 'axis', change: pickAxis }, ...options)
  const axis = h('label', {}, 'Axis ', select)
  const pickScale = (event: Event) => {
    settings.isLog = (event.target as HTMLInputElement).checked
    changed()
  }
  const scale = h(
    'label',
    {},
    h('input', { type: 'checkbox', id: 'log', change: pickScale }),
    ' Log scale',
  )
  return h('div', { class: 'controls' }, smoothing, axis, scale)
}
