import { definePlugin, type Plugin } from '@regimen/core'
import { checkAddresses, checkCommon } from './common-options.js'
import type { LoggerDefinition } from './definition.js'
import { Logger } from './logger.js'

/**
 * The plugin of a logger: carries every record to its writer, in a separate thread, and loses
 * nothing. Each fit is a new run, unless the logger continues that of a checkpoint; a test or
 * validation after it resumes it.
 *
 * @throws REG_OPTION_INVALID if a common option cannot be used
 * @example
 * ```ts no-run
 * export const httpLogger = (options: { url: string } & LoggerOptions) =>
 *   loggerPlugin({ name: 'http-logger', module: import.meta.url, writer,
 *     options: { url: options.url }, common: options })
 * ```
 */
export function loggerPlugin<Options>(definition: LoggerDefinition<Options>): Plugin {
  const { name, common = {}, continuesRuns = false, apply, recipe } = definition
  const options = checkCommon(name, common, definition.options)
  checkAddresses(name, definition.writer, definition.options)
  return definePlugin({
    name,
    id: options.id,
    writes: true,
    ...(recipe && { recipe }),
    before: ['checkpoint?'],
    apply(context) {
      const logger = new Logger(definition as LoggerDefinition<never>, options, context)
      logger.tap()
      apply?.(context)
      if (continuesRuns) logger.tapState()
      return { dispose: () => logger.leave('interrupted') }
    },
  })
}
