import type { Json } from '@regimen/core'
import type { LoggerOptions } from '@regimen/logger-kit'
import { type OtelOptions, otelLogger } from '../../src/index.js'

/** Makes a logger from plain settings, in this process or in a child. */
export function createLogger(settings: Json, { id, deadlineMs = 5000 }: LoggerOptions) {
  const own = settings as unknown as OtelOptions
  return otelLogger({ ...own, deadlineMs, ...(id !== undefined && { id }) })
}
