import {
  amount,
  count,
  custom,
  flag,
  group,
  invalidOption,
  list,
  number,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  text,
} from '@regimen/core'
import type { AlertKind, Threshold } from './alert-event.js'

/** What {@link alert} takes: at least one of `webhook`, `desktop` and `command`. */
export interface AlertOptions {
  /** Address that receives each alert as JSON by POST: Slack, Discord, or your own. It is a secret. */
  readonly webhook?: string
  /** Whether alerts are shown on the desktop of this machine. Default false. */
  readonly desktop?: boolean
  /** A program and its arguments; it receives the alert as JSON on standard input. No shell is used. */
  readonly command?: readonly string[]
  /** What to tell. Default: all of it. */
  readonly on?: readonly AlertKind[]
  /** Limits of metrics. */
  readonly thresholds?: readonly Threshold[]
  /** Seconds without a batch that are a stall; 0: never. Default 600. */
  readonly stallSeconds?: number
  /** Seconds that a channel may take for an attempt, and the end of a run for all that is under way. Default 10. */
  readonly timeoutSeconds?: number
  /** Further attempts of a webhook. Default 2. */
  readonly retries?: number
  /** Alerts of a run at most. Default 20. */
  readonly limit?: number
  /** What the run is called. Default `Training`. */
  readonly title?: string
  /** Distinguishes two of them in a trainer. Default `alert`. */
  readonly id?: string
}

const KINDS = ['divergence', 'failure', 'stall', 'end', 'threshold'] as const

const address = () =>
  custom<string>({
    wanted: 'an address that begins with http:// or https://',
    type: 'string',
    json: { type: 'string', format: 'uri' },
    isRight: (value) =>
      typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value),
  }).secret()

/** The options of {@link AlertOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('alert', {
  webhook: address()
    .otherwise('none')
    .describe('address that receives alerts as JSON: Slack, Discord, your own; a secret'),
  desktop: flag().default(false).describe('whether alerts are shown on the desktop'),
  command: list(text())
    .otherwise('none')
    .describe('a program and its arguments, which receives alerts on standard input'),
  on: list(oneOf(...KINDS))
    .otherwise('all of it')
    .describe('what to tell'),
  thresholds: list(group({ metric: text().required(), above: number(), below: number() }))
    .otherwise('none')
    .describe('limits of metrics'),
  stallSeconds: amount()
    .default(600)
    .describe('seconds without a batch that are a stall; 0: never'),
  timeoutSeconds: number()
    .above(0)
    .default(10)
    .describe('seconds for an attempt, and for all that is under way at the end'),
  retries: count().default(2).describe('further attempts of a webhook'),
  limit: count().default(20).describe('alerts of a run at most'),
  title: text().default('Training').describe('what the run is called'),
  id: text().default('alert').describe('distinguishes two of them in a trainer'),
} satisfies OptionFieldsOf<AlertOptions>)

/** Checks options and fills in defaults. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function resolveOptions(input: AlertOptions) {
  const { on = KINDS, thresholds = [], ...resolved } = options.check(input)
  const { webhook, desktop, command } = resolved
  if (command?.length === 0)
    invalidOption('alert', 'command', command, 'a program and its arguments')
  if (webhook === undefined && !desktop && command === undefined)
    invalidOption('alert', 'webhook', webhook, 'a "webhook", a "command" or "desktop"')
  for (const [index, { above, below }] of thresholds.entries())
    if (above === undefined && below === undefined)
      invalidOption(
        'alert',
        `thresholds[${index}]`,
        thresholds[index],
        'a limit "above" or "below"',
      )
  return { ...resolved, on, thresholds }
}

/** {@link AlertOptions}, complete. */
export type ResolvedOptions = ReturnType<typeof resolveOptions>
