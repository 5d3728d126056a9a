export { type CometLoggerOptions, cometLogger, cometLogger as default } from './comet-logger.js'
export type { CometLimits, CometOptions, SnakeCasedOptions } from './options.js'
