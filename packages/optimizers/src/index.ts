export { Adagrad, type AdagradOptions, type AdagradSettings, adagrad } from './adagrad.js'
export {
  Adam,
  type AdamOptions,
  type AdamSettings,
  AdamW,
  adam,
  adamW,
} from './adam.js'
export type { GroupedOptimizer } from './grouped-optimizer.js'
export type { Scheduled } from './hyperparameter.js'
export { Lamb, type LambOptions, type LambSettings, lamb } from './lamb.js'
export { Lion, type LionOptions, type LionSettings, lion } from './lion.js'
export type { Match } from './match.js'
export type { Group } from './options.js'
export {
  RmsProp,
  type RmsPropOptions,
  type RmsPropSettings,
  rmsprop,
} from './rms-prop.js'
export { Sgd, type SgdOptions, type SgdSettings, sgd } from './sgd.js'
