export { mixup } from './mixup.js'
export { type MixupOptions, options } from './options.js'
