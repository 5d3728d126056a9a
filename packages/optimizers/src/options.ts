import { checkScheduled, type Scheduled } from './hyperparameter.js'
import type { Match } from './match.js'
import { quote, quoteAll, suggestion } from './near-miss.js'
import type { Rule } from './rule.js'

/** Hyperparameters by name, each a number or a function of the step. */
export type Settings<Name extends string = string> = {
  readonly [Key in Name]?: Scheduled | undefined
}

/** Variables with hyperparameters of their own. Those left out are the optimizer's. */
export type Group<Name extends string = string> = Settings<Name> & {
  /** Which variables, by name. The first group that matches counts. */
  readonly match: Match
}

/** Hyperparameters and groups, as the constructors of optimizers take them. */
export type GroupedSettings<Name extends string = string> = Settings<Name> & {
  readonly groups?: readonly Group<Name>[] | undefined
}

/** Names of PyTorch and Keras for what has another name here. */
const FOREIGN: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  lr_decay: 'learningRateDecay',
  betas: 'beta1',
  eps: 'epsilon',
  rho: 'alpha',
  initial_accumulator_value: 'initialAccumulator',
  params: 'groups',
}

/**
 * Checks the options of an optimizer.
 *
 * @param flags the options that are neither hyperparameters nor groups
 * @throws TypeError for an unknown option or something of another kind, RangeError for a bad number
 */
export function checkOptions<Name extends string>(
  rule: Rule<Name>,
  options: object,
  flags: readonly string[] = [],
): void {
  const { owner } = rule
  checkSettings(rule, options, owner, [...flags, 'groups'])
  const { groups } = options as { readonly groups?: unknown }
  if (groups === undefined) return
  if (!Array.isArray(groups)) refuse(`${owner}: "groups"`, groups, 'a list of groups')
  for (const [index, group] of groups.entries()) {
    const place = `${owner}: "groups[${index}]`
    checkSettings(rule, group, `${owner}: groups[${index}]`, ['match'])
    const { match } = group as { readonly match?: unknown }
    const isMatch =
      typeof match === 'string' || typeof match === 'function' || match instanceof RegExp
    if (!isMatch)
      refuse(`${place}.match"`, match, 'a name with or without *, a RegExp or a function')
  }
}

/** Checks an option that is true or false. @throws TypeError */
export function checkFlag(value: unknown, place: string): void {
  if (value !== undefined && typeof value !== 'boolean')
    refuse(place, value, 'true or false')
}

function checkSettings<Name extends string>(
  { hyperparameters }: Rule<Name>,
  settings: unknown,
  owner: string,
  others: readonly string[],
): void {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    refuse(`${owner}: "options"`, settings, 'an object')
  const known = [...Object.keys(hyperparameters), ...others]
  for (const [key, value] of Object.entries(settings)) {
    if (!known.includes(key)) refuseKey(owner, key, known)
    if (!Object.hasOwn(hyperparameters, key) || value === undefined) continue
    checkScheduled(value, hyperparameters[key as Name], `${owner}: ${quote(key)}`)
  }
}

function refuse(place: string, found: unknown, expected: string): never {
  const text = found === undefined ? 'missing' : quote(found)
  throw new TypeError(`${place} is ${text}; expected ${expected}.`)
}

function refuseKey(owner: string, key: string, known: readonly string[]): never {
  const meant = Object.hasOwn(FOREIGN, key) ? (FOREIGN[key] as string) : key
  const hint = suggestion(meant, known)
  const text = `${owner}: ${quote(key)} is not known; expected one of ${quoteAll(known)}.`
  throw new TypeError(text + hint)
}
