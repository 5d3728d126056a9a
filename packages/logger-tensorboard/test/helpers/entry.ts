import type { Json } from '@regimen/core'
import type { LoggerOptions } from '@regimen/logger-kit'
import { tensorboardLogger } from '../../src/tensorboard-logger.js'

/** For processes that the failure suite starts. */
export const createLogger = (_: Json, options: LoggerOptions) => tensorboardLogger(options)
