export {
  type CometLoggerOptions,
  cometLogger,
  cometLogger as default,
} from './comet-logger.js'
export {
  type CometLimits,
  type CometOptions,
  options,
  type SnakeCasedOptions,
} from './options.js'
