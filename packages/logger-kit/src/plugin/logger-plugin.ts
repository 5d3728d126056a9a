import { definePlugin, type Plugin } from '@regimen/core'
import type { LoggerDefinition } from './definition.js'

/**
 * The plugin of a logger: carries every record to its writer and loses nothing.
 *
 * @throws REG_OPTION_INVALID
 */
export function loggerPlugin<Options>(definition: LoggerDefinition<Options>): Plugin {
  const { name, common = {}, apply } = definition
  return definePlugin({
    name,
    id: common.id ?? name,
    writes: true,
    apply: (context) => apply?.(context),
  })
}
