import type { Json } from '@regimen/core'
import type { LoggerOptions } from '@regimen/logger-kit'
import { type WandbLoggerOptions, wandbLogger } from '../../src/index.js'
import { writer } from '../../src/writer.js'

export const writers = { 'wandb-logger': writer }

/** Makes a logger from plain settings, in this process or in a child. */
export function createLogger(settings: Json, options: LoggerOptions) {
  return wandbLogger({ ...(settings as unknown as WandbLoggerOptions), ...options })
}
