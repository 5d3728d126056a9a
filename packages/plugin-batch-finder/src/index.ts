export { type BatchFinder, batchFinder } from './batch-finder.js'
export { type BatchFinderOptions, options } from './options.js'
export type { SizeSearch, SizeTrial } from './search.js'
