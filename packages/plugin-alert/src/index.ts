export { alert } from './alert.js'
export type { AlertEvent, AlertKind, Threshold } from './alert-event.js'
export { type AlertOptions, options } from './options.js'
