export { lrLogger } from './lr-logger.js'
export { type LrLoggerOptions, options } from './options.js'
