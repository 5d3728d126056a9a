import { quote, RegimenError, suggestion } from '@regimen/core'

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

const EXAMPLE = 'give an object such as { interval: "epoch" }'
type Check = readonly [isValid: (value: unknown) => boolean, wanted: string]
const isText = (value: unknown) => typeof value === 'string' && value !== ''
const BOOLEAN: Check = [(value) => typeof value === 'boolean', 'true or false']
const CHECKS: Readonly<Record<keyof LrLoggerOptions, Check>> = {
  interval: [(value) => value === 'step' || value === 'epoch', '"step" or "epoch"'],
  momentum: BOOLEAN,
  weightDecay: BOOLEAN,
  strict: BOOLEAN,
  requireScheduler: BOOLEAN,
  names: [
    (value) => typeof value === 'object' && value !== null && Object.values(value).every(isText),
    'texts by the names of optimizers',
  ],
  id: [isText, 'a text'],
}

/** Checks options. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function checkOptions(options: LrLoggerOptions): LrLoggerOptions {
  if (typeof options !== 'object' || options === null)
    throw new RegimenError(
      'REG_OPTION_INVALID',
      `lrLogger was given ${quote(options)}; ${EXAMPLE}.`,
      { data: { owner: 'lrLogger', found: options } },
    )
  const keys = Object.keys(CHECKS)
  for (const [key, value] of Object.entries(options)) {
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key as keyof LrLoggerOptions] : undefined
    if (!check) {
      const folded = key.replaceAll('_', '').toLowerCase()
      const shorter = keys.find((known) => folded.endsWith(known.toLowerCase()))
      const hint = suggestion(shorter ?? key, keys)
      const text = `lrLogger has no option ${quote(key)}.${hint}`
      throw new RegimenError('REG_OPTION_UNKNOWN', `${text} It takes ${keys.join(', ')}.`, {
        data: { owner: 'lrLogger', option: key, options: keys },
      })
    }
    if (value !== undefined && !check[0](value)) throw invalid(key, value, check[1])
  }
  return options
}

function invalid(option: string, found: unknown, wanted: string): RegimenError {
  const text = `"${option}" of lrLogger can be ${wanted}, got ${quote(found)}.`
  return new RegimenError('REG_OPTION_INVALID', text, {
    data: { owner: 'lrLogger', option, found, expected: wanted },
  })
}
