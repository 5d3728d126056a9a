import { type ErrorData, RegimenError } from '@regimen/core'

/** Which gradients are clipped, and whether their norm is logged. */
export interface CommonClipOptions {
  /** Only the gradients of this optimizer. Default: those of each, one by one. */
  readonly optimizer?: string
  /** Log the global norm before clipping as `grad_norm`; default false. Costs a read per step. */
  readonly log?: boolean
  /** Tells two of these apart. Default `gradient-clip`. */
  readonly id?: string
}

/** Clips by the norm of all gradients of an optimizer together. */
export interface ClipByNorm extends CommonClipOptions {
  /** The global L2 norm that gradients have at most, above 0. `Infinity` clips nothing. */
  readonly norm: number
  readonly value?: undefined
}

/** Clips each element of each gradient. */
export interface ClipByValue extends CommonClipOptions {
  /** Every element ends in [-value, value]; above 0. */
  readonly value: number
  readonly norm?: undefined
}

/** What `gradientClip` takes: a `norm` or a `value`. */
export type GradientClipOptions = ClipByNorm | ClipByValue

const KEYS = ['norm', 'value', 'optimizer', 'log', 'id']

/** Checks the options. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function checkClipOptions(options: GradientClipOptions): void {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) {
    throw invalid(`gradientClip was given ${quoted(given)}`, ONE, { found: given })
  }
  const unknown = Object.keys(given).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) {
    const text = `gradientClip has no option "${unknown}". It takes ${KEYS.join(', ')}.`
    throw new RegimenError('REG_OPTION_UNKNOWN', text, {
      data: { owner: 'gradientClip', option: unknown, options: KEYS },
    })
  }
  const { norm, value, log = false, optimizer = '-' } = given as Readonly<Record<string, unknown>>
  if (norm === undefined && value === undefined) {
    throw invalid('gradientClip was given neither norm nor value', ONE, {
      options: ['norm', 'value'],
    })
  }
  if (norm !== undefined && value !== undefined) {
    throw invalid('gradientClip was given norm and value', `${ONE}, or use it twice with an id`, {
      options: ['norm', 'value'],
    })
  }
  const [name, limit] = norm === undefined ? ['value', value] : ['norm', norm]
  if (typeof limit !== 'number' || !(limit > 0)) {
    throw invalid(
      `The option "${name}" of gradientClip is ${quoted(limit)}`,
      'give a number above 0',
      { option: name, found: limit },
    )
  }
  if (typeof log !== 'boolean') {
    throw invalid(`The option "log" of gradientClip is ${quoted(log)}`, 'give true or false', {
      option: 'log',
      found: log,
    })
  }
  if (typeof optimizer !== 'string') {
    const found = `The option "optimizer" of gradientClip is ${quoted(optimizer)}`
    throw invalid(found, 'give the name of one', { option: 'optimizer', found: optimizer })
  }
}

const ONE = 'give one of them, such as { norm: 1 } or { value: 0.5 }'

function invalid(found: string, advice: string, data: ErrorData): RegimenError {
  return new RegimenError('REG_OPTION_INVALID', `${found}; ${advice}.`, {
    data: { owner: 'gradientClip', ...data },
  })
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value)
}
