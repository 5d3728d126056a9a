import { quote, RegimenError } from '@regimen/core'
import { ADDRESS_FAULTS, faultOfAddress, holdsKey } from '../http/address.js'
import type { WriterFactory } from '../writer/log-writer.js'
import { messageOf } from '../writer/logger-error.js'
import type { LoggerOptions } from './definition.js'

/**
 * Refuses an address that cannot be used or holds a password or a key: options are kept on disk and
 * shown in messages. The text does not show it.
 *
 * @throws REG_OPTION_INVALID
 */
export function checkAddresses(
  name: string,
  factory: Pick<WriterFactory<never>, 'address'>,
  options: unknown,
): void {
  const refuse = (option: string, fault: string) => {
    const way = 'expected an address such as "https://example.com", and the key by itself'
    const text = `${name}: "${option}" ${fault} (it is not shown); ${way}.`
    throw new RegimenError('REG_OPTION_INVALID', text, { data: { owner: factoryOf(name), option } })
  }
  const visit = (option: string, value: unknown): void => {
    if (typeof value === 'string' && holdsKey(value)) refuse(option, 'holds a password or a key')
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value))
      visit(option ? `${option}.${key}` : key, inner)
  }
  visit('', options)
  const fault = factory.address && faultOfAddress(factory.address(options as never))
  if (fault !== undefined) refuse('url', ADDRESS_FAULTS[fault])
}

/** The options that all loggers have, complete. */
export type CommonOptions = Required<LoggerOptions>

/**
 * The common options of a logger with every default filled in.
 *
 * @throws REG_OPTION_INVALID
 */
export function checkCommon(name: string, common: LoggerOptions, options: unknown): CommonOptions {
  const { id = name, deadlineMs = 60_000, maxQueue = 10_000, thread = true } = common
  const { backPressure = 'coalesce' } = common
  const invalid = (option: string, found: unknown, wanted: string) => {
    const text = `${name}: ${option} is ${quote(found)}; give ${wanted}.`
    const data = { owner: factoryOf(name), option, found, expected: wanted }
    throw new RegimenError('REG_OPTION_INVALID', text, { data })
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
    throw new RegimenError(
      'REG_OPTION_INVALID',
      `${name}: its options go to another thread, which takes plain data only: ${messageOf(thrown)}`,
      { cause: thrown, data: { owner: factoryOf(name) } },
    )
  }
  return { id, deadlineMs, maxQueue, backPressure, thread }
}

/** The function that makes a logger is called as its name: `csvLogger` of `csv-logger`. */
const factoryOf = (name: string): string =>
  name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
