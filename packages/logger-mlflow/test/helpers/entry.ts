import type { Json } from '@regimen/core'
import type { LoggerOptions } from '@regimen/logger-kit'
import { type MlflowLoggerOptions, mlflowLogger } from '../../src/index.js'
import { writer } from '../../src/writer.js'

export const writers = { 'mlflow-logger': writer }

/** Makes a logger from plain settings, in this process or in a child. */
export function createLogger(settings: Json, options: LoggerOptions) {
  return mlflowLogger({ ...(settings as unknown as MlflowLoggerOptions), ...options })
}
