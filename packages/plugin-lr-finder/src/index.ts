export { lrFinder } from './lr-finder.js'
export { type LrFinderOptions, options } from './options.js'
export type { RangePoint, RangeTest } from './range.js'
