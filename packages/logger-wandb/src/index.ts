export { options, type WandbLoggerOptions } from './options.js'
export { wandbLogger, wandbLogger as default } from './wandb-logger.js'
