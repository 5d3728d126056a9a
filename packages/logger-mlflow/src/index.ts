export {
  type MlflowLoggerOptions,
  mlflowLogger,
  mlflowLogger as default,
} from './mlflow-logger.js'
export { type MlflowOptions, options } from './options.js'
