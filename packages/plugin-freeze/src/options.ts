import {
  count,
  custom,
  group,
  invalidOption,
  list,
  number,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  text,
} from '@regimen/core'
import type { Moment } from './frozen.js'
import { isPattern, type VariablePattern } from './variable-pattern.js'

/** Variables that are frozen together. */
export interface FreezeGroup {
  /** Names of variables, `*` stands for any text; or regular expressions. */
  readonly match: VariablePattern
  /** From when on they are frozen. Default: from the beginning. */
  readonly from?: Moment
  /** Until when. Default: until the end. */
  readonly until?: Moment
  /** Their learning rate is that of the optimizer times this. Default 1. */
  readonly rate?: number
}

/** What {@link freeze} takes: one group, or several as `groups`. */
export interface FreezeOptions extends Partial<FreezeGroup> {
  /** Several groups; the first that matches a variable counts. */
  readonly groups?: readonly FreezeGroup[]
  /** Whether frozen batch normalization uses its moving statistics and leaves them alone, or is trained on. Default `inference`. */
  readonly batchNorm?: 'inference' | 'train'
  /** Distinguishes two of them in a trainer. Default `freeze`. */
  readonly id?: string
}

const moment = () => group({ epochs: count(), steps: count() })
const match = () =>
  custom<VariablePattern>({
    wanted: 'a name such as "body/*", a regular expression, or a list of them',
    type: 'string | RegExp | (string | RegExp)[]',
    json: {
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
      ],
    },
    isRight: isPattern,
  })
const rate = () => number().above(0)

/** The options of {@link FreezeOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('freeze', {
  match: match()
    .otherwise('this or `groups`')
    .describe(
      'names of variables, in which `*` stands for any text, or regular expressions',
    ),
  from: moment()
    .otherwise('the beginning')
    .describe('they are frozen from this epoch, counted from 0, or this many steps on'),
  until: moment().otherwise('the end').describe('until when they are frozen'),
  rate: rate()
    .otherwise('1')
    .describe('their learning rate is that of the optimizer times this'),
  groups: list(
    group({
      match: match().required(),
      from: moment(),
      until: moment(),
      rate: rate(),
    }),
  )
    .otherwise('this or `match`')
    .describe('several groups; the first that matches a variable counts'),
  batchNorm: oneOf('inference', 'train')
    .default('inference')
    .describe('what frozen batch normalization does in training steps'),
  id: text().default('freeze').describe('distinguishes two of them in a trainer'),
} satisfies OptionFieldsOf<FreezeOptions>)

/** A group with its place in the options, for errors. */
export interface NamedGroup extends FreezeGroup {
  readonly option: string
}

/** Checks options and fills in defaults. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function resolveOptions(input: FreezeOptions) {
  const {
    groups,
    match: only,
    from,
    until,
    rate: factor,
    ...others
  } = options.check(input)
  if (groups !== undefined && only !== undefined)
    invalidOption('freeze', 'groups', groups, 'none beside "match"')
  if (groups === undefined && only === undefined)
    invalidOption(
      'freeze',
      'match',
      only,
      'names of variables, such as "body/*", or "groups"',
    )
  if (groups !== undefined && (from ?? until ?? factor) !== undefined)
    invalidOption(
      'freeze',
      'groups',
      groups,
      'times and rates inside "groups", not beside it',
    )
  if (groups?.length === 0)
    invalidOption('freeze', 'groups', groups, 'at least one group')
  const all = groups ?? [{ match: only as VariablePattern, from, until, rate: factor }]
  const named = all.map((one, index) => {
    const place = groups ? `groups[${index}].` : ''
    checkMoment(`${place}from`, one.from)
    checkMoment(`${place}until`, one.until)
    return { ...one, option: `${place}match` } as NamedGroup
  })
  return { ...others, groups: named }
}

function checkMoment(option: string, found: Moment | undefined): void {
  const isOne = (found?.epochs === undefined) !== (found?.steps === undefined)
  if (found !== undefined && !isOne)
    invalidOption('freeze', option, found, 'either { epochs: n } or { steps: n }')
}
