export { options, type PresetDefaultOptions } from './options.js'
export { presetDefault } from './preset-default.js'
