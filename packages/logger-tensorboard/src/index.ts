export type {
  HistogramOptions,
  TensorboardLoggerOptions,
  TensorboardSettings,
} from './options.js'
export { tensorboardLogger, tensorboardLogger as default } from './tensorboard-logger.js'
