export {
  type HistogramOptions,
  options,
  type TensorboardLoggerOptions,
  type TensorboardSettings,
} from './options.js'
export { tensorboardLogger, tensorboardLogger as default } from './tensorboard-logger.js'
