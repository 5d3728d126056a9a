import {
  amount,
  checkOptions,
  count,
  custom,
  either,
  flag,
  type OptionFieldsOf,
  oneOf,
  path,
  RegimenError,
  text,
} from '@regimen/core'
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
    const owner = factoryOf(name)
    const text = `${owner}: "${option}" ${fault} (it is not shown); ${way}.`
    throw new RegimenError('REG_OPTION_INVALID', text, { data: { owner, option } })
  }
  const visit = (option: string, value: unknown): void => {
    if (typeof value === 'string' && holdsKey(value))
      refuse(option, 'holds a password or a key')
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
 * The options that every logger has, for its own schema: `{ url: text(), ...loggerFields('my-logger') }`.
 *
 * @param name the logger's name, the default of `id`
 */
export const loggerFields = (name: string) =>
  ({
    id: text()
      .matching(
        /^(?!\.+$)[\w.-]+$/,
        'a name of letters, digits, "-", "_" and ".", for a folder is named after it',
      )
      .default(name)
      .describe('distinguishes two loggers of the same kind'),
    deadlineMs: amount()
      .orInfinity()
      .default(60_000)
      .describe('milliseconds that the end of a run waits for undelivered records'),
    maxQueue: count()
      .from(1)
      .default(10_000)
      .describe('records kept in memory; with a spool the others wait on disk'),
    backPressure: oneOf('coalesce', 'drop-oldest')
      .default('coalesce')
      .describe('what to drop if neither memory nor disk has room for metrics'),
    thread: flag().default(true).describe('whether the writer runs in a separate thread'),
  }) satisfies OptionFieldsOf<LoggerOptions>

/**
 * The common options of a logger with every default filled in.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function checkCommon(
  name: string,
  common: LoggerOptions,
  options: unknown,
): CommonOptions {
  const checked = checkOptions(factoryOf(name), common, loggerFields(name))
  try {
    structuredClone(options)
  } catch (thrown) {
    const owner = factoryOf(name)
    throw new RegimenError(
      'REG_OPTION_INVALID',
      `${owner}: its options go to another thread, which takes plain data only: ${messageOf(thrown)}`,
      { cause: thrown, data: { owner } },
    )
  }
  return checked
}

/** The function that makes a logger is called as its name: `csvLogger` of `csv-logger`. */
const factoryOf = (name: string): string =>
  name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** One folder or several, none of them above the one they are in. */
const folderName = () =>
  custom<string>({
    wanted: 'the name of a folder',
    type: 'string',
    json: { type: 'string', minLength: 1 },
    isRight: (value) =>
      typeof value === 'string' &&
      value.split(/[\\/]/).every((part) => !['', '.', '..'].includes(part)),
  })

/** The options of a logger that writes each run into a folder of its own. @param name default of `name` */
export const fileFields = (name: string) => ({
  dir: path()
    .otherwise('`rootDir`')
    .expecting('the path of a folder')
    .describe('folder, relative to `rootDir` unless absolute'),
  name: folderName()
    .otherwise(`\`'${name}'\``)
    .describe('name of the experiment, a folder in `dir`'),
  version: either(count(), folderName())
    .otherwise('next')
    .describe('folder of the run: a number `N` for `version_N`, or its name'),
  prefix: text()
    .otherwise('none')
    .describe('prefix of each metric name, followed by a hyphen'),
})
