import { fail } from './errors.js'
import { faultOf, type OptionFault } from './option-kind.js'
import type { CheckedOptions, GivenOptions, OptionFields } from './option-types.js'
import { type ForeignNames, readFields } from './read-options.js'

/** The type of the options of a schema: `type EarlyStoppingOptions = OptionsOf<typeof options>`. */
export type OptionsOf<Schema extends { readonly fields: OptionFields }> = GivenOptions<
  Schema['fields']
>

/** The options of one owner: checks, tables, help and the JSON schema are made from them. */
export interface OptionSchema<Fields extends OptionFields = OptionFields> {
  /** The function that takes the options, as errors name it: `earlyStopping`. */
  readonly owner: string
  readonly fields: Fields
  /**
   * Returns the options with every default filled in; others that are missing stay absent.
   *
   * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID for the first wrong option
   */
  readonly check: (given: unknown) => CheckedOptions<Fields>
  /** The schema for tools that accept any library: https://standardschema.dev */
  readonly '~standard': {
    readonly version: 1
    readonly vendor: 'regimen'
    readonly validate: (given: unknown) => StandardResult<CheckedOptions<Fields>>
    readonly types?:
      | { readonly input: GivenOptions<Fields>; readonly output: CheckedOptions<Fields> }
      | undefined
  }
}

type StandardIssue = { readonly message: string; readonly path: readonly string[] }
type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

/**
 * Declares the options of a plugin, or of any other function.
 *
 * @param owner the function that takes them, as errors name it
 * @param foreign names of other systems, for hints: `{ save_top_k: '"topK"' }`
 * @example
 * const options = optionSchema('earlyStopping', {
 *   monitor: text().required().describe('name of the metric'),
 *   patience: count().default(3).describe('checks without an improvement'),
 * })
 * type EarlyStoppingOptions = OptionsOf<typeof options>
 * const { monitor, patience } = options.check({ monitor: 'val_loss' })
 */
export function optionSchema<const Fields extends OptionFields>(
  owner: string,
  fields: Fields,
  foreign: ForeignNames = {},
): OptionSchema<Fields> {
  const read = (given: unknown) => {
    const faults: OptionFault[] = []
    const value = readFields(given, fields, '', (fault) => faults.push(fault), foreign)
    return { value: value as CheckedOptions<Fields>, faults }
  }
  return {
    owner,
    fields,
    check(given) {
      const { value, faults } = read(given)
      if (faults[0]) throwFault(owner, faults[0])
      return value
    },
    '~standard': {
      version: 1,
      vendor: 'regimen',
      validate(given) {
        const { value, faults } = read(given)
        if (faults.length === 0) return { value }
        return { issues: faults.map(issueOf) }
      },
    },
  }
}

/**
 * Checks options and fills in defaults, with a schema for this call only.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID
 * @example
 * const { patience } = checkOptions('earlyStopping', {}, { patience: count().default(3) })
 */
export function checkOptions<const Fields extends OptionFields>(
  owner: string,
  given: unknown,
  fields: Fields,
): CheckedOptions<Fields> {
  return optionSchema(owner, fields).check(given)
}

/** Details of an error of an option. */
export interface InvalidOptionDetails extends ErrorOptions {
  /** What was found, in words, if the value does not say it. */
  readonly foundText?: string
  /** More for `error.data`. */
  readonly data?: Readonly<Record<string, unknown>>
  /** Id of the plugin, once it is part of a trainer. */
  readonly plugin?: string
}

/**
 * Refuses an option in the common grammar: for rules that no kind covers, such as two options that
 * exclude each other.
 *
 * @param expected what would be right, in words that follow "expected"
 * @throws REG_OPTION_INVALID always
 * @example
 * ```ts no-run
 * if (monitor !== undefined && mode === undefined)
 *   invalidOption('checkpoint', 'mode', mode, '"min" or "max", since there is a "monitor"')
 * ```
 */
export function invalidOption(
  owner: string,
  option: string,
  found: unknown,
  expected: string,
  { foundText, data, ...place }: InvalidOptionDetails = {},
): never {
  const fault = faultOf(option, found, expected)
  const values = {
    owner,
    option,
    foundText: foundText ?? fault.foundText,
    expected,
    hint: '',
  }
  return fail('REG_OPTION_INVALID.value', values, { ...place, data: { found, ...data } })
}

function issueOf({
  option,
  foundText,
  expected,
  hint,
  known,
}: OptionFault): StandardIssue {
  const what = known ? 'not known' : `${foundText}; expected ${expected}`
  const path = option === 'options' ? [] : option.split(/[.[\]]+/).filter(Boolean)
  return { message: `It is ${what}.${hint}`, path }
}

function throwFault(owner: string, fault: OptionFault): never {
  const { option, found, foundText, expected, hint, known } = fault
  if (known)
    return fail('REG_OPTION_UNKNOWN.name', { owner, option, options: known, hint })
  const data = found === undefined && foundText !== 'missing' ? {} : { found }
  const values = { owner, option, foundText, expected, hint }
  return fail('REG_OPTION_INVALID.value', values, { data })
}
