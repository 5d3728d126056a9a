export { options, type ProgressOptions } from './options.js'
export { progress } from './progress.js'
export type { ProgressStream } from './stream.js'
