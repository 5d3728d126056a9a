export { earlyStopping } from './early-stopping.js'
export { type EarlyStoppingOptions, options } from './options.js'
