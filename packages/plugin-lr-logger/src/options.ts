import {
  flag,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  record,
  text,
} from '@regimen/core'

/** What `lrLogger` takes. */
export interface LrLoggerOptions {
  /** Log with the metrics of steps, or once per epoch. Default: both. */
  readonly interval?: 'step' | 'epoch'
  /** Log the momentum too, as `lr-Adam-momentum`. Default false. */
  readonly momentum?: boolean
  /** Log the weight decay too, as `lr-Adam-weight_decay`. Default false. */
  readonly weightDecay?: boolean
  /** Whether it is an error, instead of a notice, that there is no logger or no scheduler. Default false. */
  readonly strict?: boolean
  /** The same for the scheduler alone; `false` also leaves out the notice. Default: what `strict` says. */
  readonly requireScheduler?: boolean
  /** Names to log under, by the optimizers' names in the module. Default: `lr-Adam` and so on. */
  readonly names?: Readonly<Record<string, string>>
  /** Tells two of them apart. Default `lr-logger`. */
  readonly id?: string
}

/** The options of {@link LrLoggerOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('lrLogger', {
  interval: oneOf('step', 'epoch')
    .otherwise('both')
    .describe(
      "`'step'`: a metric of each step, recorded as often as the Trainer's `logEvery` says; `'epoch'`: a metric of each epoch, in its record and its row of `history`",
    ),
  momentum: flag()
    .default(false)
    .describe(
      'log it too (`beta1` for Adam and Adamax); 0 and a warning if there is none',
    ),
  weightDecay: flag()
    .default(false)
    .describe('log it too; 0 for the optimizers of tfjs, which have none'),
  strict: flag()
    .default(false)
    .describe('whether a missing logger or scheduler is an error instead of a notice'),
  requireScheduler: flag()
    .otherwise('as `strict`')
    .describe('the same for the scheduler alone; `false` skips the notice too'),
  names: record(text())
    .otherwise('see below')
    .describe("names to log under, by optimizer: `{ generator: 'lr-generator' }`"),
  id: text().default('lr-logger').describe('distinguishes two of them in a trainer'),
} satisfies OptionFieldsOf<LrLoggerOptions>)

/** Checked options with every default filled in. */
export type ResolvedOptions = ReturnType<typeof options.check>
