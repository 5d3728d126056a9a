import type { Axis } from '../curves/axis.js'
import { numberText } from './dom.js'

/** What an axis is called. */
export const AXIS_NAMES: Readonly<Record<Axis, string>> = {
  step: 'step',
  epoch: 'epoch',
  time: 'wall time',
  relative: 'time since the start',
}

/** A place on an axis, in words. */
export function placeText(axis: Axis, place: number): string {
  if (axis === 'time') return new Date(place * 1000).toLocaleString()
  if (axis === 'relative') return durationText(place)
  return numberText(axis === 'step' ? Math.round(place) : Math.round(place * 100) / 100)
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
] as const

/** Seconds in the two largest units that they fill: `1 h 5 min`, `12 s`, `0.25 s`. */
export function durationText(seconds: number): string {
  if (!(Math.abs(seconds) >= 60)) return `${Number(seconds.toFixed(3))} s`
  const sign = seconds < 0 ? '-' : ''
  let rest = Math.round(Math.abs(seconds))
  const parts: string[] = []
  for (const [unit, length] of [...UNITS, ['s', 1] as const]) {
    const count = Math.floor(rest / length)
    rest -= count * length
    if (count > 0 && parts.length < 2) parts.push(`${count} ${unit}`)
    else if (parts.length > 0) break
  }
  return sign + parts.join(' ')
}
