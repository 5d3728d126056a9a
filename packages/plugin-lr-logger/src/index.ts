export { lrLogger } from './lr-logger.js'
export type { LrLoggerOptions } from './options.js'
