import { quote } from '../checks.js'
import type { ColumnType } from './cells.js'
import { DataError } from './data-error.js'

/** How the cells of a column become numbers, fit on training data. JSON. */
export type ColumnEncoder = {
  readonly type: ColumnType
  /** Of a category: the names, by index. */
  readonly categories?: readonly string[]
  /** Of a category: a number, or a column for each. */
  readonly encode?: 'index' | 'oneHot'
  /** What a category does that was not there before: `slot` has an index or column of its own, the last. */
  readonly unknown?: 'error' | 'slot'
  /** What takes the place of a missing value. Without, a missing value is an error. */
  readonly fill?: number | string
  /** Whether a column of its own says where a value was missing. */
  readonly indicator?: boolean
  /** Of a tensor with the column's name. */
  readonly dtype?: 'float32' | 'int32' | 'string'
}

/** All that was learned from training data: types, categories, means and medians. JSON. */
export type Encoders = {
  readonly version: 1
  /** Columns of `x` in their order; `null` where each column is a tensor of its own. */
  readonly features: readonly string[] | null
  /** Columns of `y`; `null` if there is none. */
  readonly target: readonly string[] | null
  readonly columns: Readonly<Record<string, ColumnEncoder>>
}

/**
 * The encoders of a loader, before and after they were fit. Pass it to the loaders of other files as
 * `encoders`: they wait until it is fit. A restored checkpoint replaces what is in it.
 */
export interface FittedEncoders<B = unknown> {
  /** Batches that they make; for types only, it is never there. */
  readonly batches?: B
  /** What was fit; reads the training data first if need be. */
  ready(): Promise<Encoders>
  /** @throws REG_OPTION_INVALID before they are fit */
  toJSON(): Encoders
}

/** See {@link FittedEncoders}. */
export class EncoderHolder implements FittedEncoders {
  #current: Encoders | undefined
  #fitting: Promise<Encoders> | undefined
  readonly #owner: string
  readonly #fit: () => Promise<Encoders>

  constructor(owner: string, fit: () => Promise<Encoders>) {
    this.#owner = owner
    this.#fit = fit
  }

  get current(): Encoders | undefined {
    return this.#current
  }

  set(encoders: Encoders): void {
    this.#current = encoders
  }

  async ready(): Promise<Encoders> {
    if (this.#current) return this.#current
    this.#fitting ??= this.#fit().finally(() => {
      this.#fitting = undefined
    })
    const fitted = await this.#fitting
    this.#current ??= fitted
    return this.#current
  }

  toJSON(): Encoders {
    if (this.#current) return this.#current
    throw new DataError(
      'REG_OPTION_INVALID',
      `${this.#owner}: "encoders" are not fit yet; expected an earlier "await loader.load()", or an epoch.`,
      { owner: this.#owner },
    )
  }
}

/** Encoders from JSON or another loader. @throws REG_OPTION_INVALID */
export function checkEncoders(found: unknown, owner: string): EncoderHolder {
  if (isFitted(found)) return found
  if (!isEncoders(found)) {
    throw new DataError(
      'REG_OPTION_INVALID',
      `${owner}: "encoders" is ${quote(found)}; expected the "encoders" of another loader, or what JSON made of them.`,
      { owner, option: 'encoders', found },
    )
  }
  const holder = new EncoderHolder(owner, async () => found)
  holder.set(found)
  return holder
}

/** Whether a value has the form of encoders. */
export function isEncoders(found: unknown): found is Encoders {
  const { version, features, target, columns } = Object(found) as Partial<Encoders>
  const areNames = (names: unknown) =>
    names === null ||
    (Array.isArray(names) && names.every((name) => typeof name === 'string'))
  return (
    version === 1 &&
    areNames(features) &&
    areNames(target) &&
    typeof columns === 'object' &&
    columns !== null &&
    Object.values(columns).every((column) => typeof Object(column).type === 'string')
  )
}

/** Whether encoders are those of a loader, not JSON; of any copy of this package. */
export function isFitted(found: unknown): found is EncoderHolder {
  const { ready, set } = Object(found) as Partial<EncoderHolder>
  return typeof ready === 'function' && typeof set === 'function'
}
