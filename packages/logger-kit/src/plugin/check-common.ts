import { quote, RegimenError } from '@regimen/core'
import type { LoggerOptions } from './definition.js'

/**
 * The common options of a logger with every default filled in.
 *
 * @throws REG_OPTION_INVALID
 */
export function checkCommon(name: string, common: LoggerOptions, options: unknown) {
  const { id = name, deadlineMs = 60_000, maxQueue = 10_000, thread = true } = common
  const { backPressure = 'coalesce' } = common
  const invalid = (option: string, found: unknown, wanted: string) => {
    const text = `${name}: ${option} is ${quote(found)}; give ${wanted}.`
    throw new RegimenError('REG_OPTION_INVALID', text)
  }
  if (typeof id !== 'string' || !/^[\w.-]+$/.test(id) || /^\.+$/.test(id)) {
    invalid('id', id, 'a name of letters, digits, "-", "_" and ".", for a folder is named after it')
  }
  if (!(typeof deadlineMs === 'number' && deadlineMs >= 0)) {
    invalid('deadlineMs', deadlineMs, 'a number of milliseconds from 0')
  }
  if (!(Number.isInteger(maxQueue) && maxQueue >= 1)) {
    invalid('maxQueue', maxQueue, 'a whole number from 1')
  }
  if (backPressure !== 'coalesce' && backPressure !== 'drop-oldest') {
    invalid('backPressure', backPressure, '"coalesce" or "drop-oldest"')
  }
  if (typeof thread !== 'boolean') invalid('thread', thread, 'true or false')
  try {
    structuredClone(options)
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    throw new RegimenError(
      'REG_OPTION_INVALID',
      `${name}: its options go to another thread, which takes plain data only: ${why}`,
    )
  }
  const label = id.replace(/-logger$/, '')
  return { id, deadlineMs, maxQueue, backPressure, thread, label }
}
