import type { Json } from '@regimen/core'
import type { LoggerOptions } from '@regimen/logger-kit'
import { csvLogger } from '../../src/csv-logger.js'

/** For processes that the failure suite starts. */
export const createLogger = (_: Json, options: LoggerOptions) => csvLogger(options)
