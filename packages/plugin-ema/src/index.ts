export { ema } from './ema.js'
export { type EmaOptions, options, type StepsOrEpochs } from './options.js'
