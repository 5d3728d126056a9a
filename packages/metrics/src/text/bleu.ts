import { count, flag, optionSchema } from '@regimen/core'
import { BaseMetric } from '../floor/base-metric.js'
import { refuse } from '../floor/fault.js'
import type { Metric } from '../floor/metric.js'
import { matches } from './n-grams.js'

/** What {@link bleu} takes. */
export interface BleuOptions {
  /** Sequences of up to so many tokens are compared. Default 4. */
  readonly maxLength?: number
  /** Adds 1 to the counts of sequences of two tokens and more, so that short texts are not 0. Default false. */
  readonly smooth?: boolean
}

/** A text, whose tokens are separated by white space, or its tokens. */
export type Text = string | readonly (string | number)[]
/** Reference texts of a predicted one: several, or a single string. */
export type References = string | readonly Text[]

const schema = optionSchema('bleu', {
  maxLength: count().from(1).default(4).describe('longest sequences of tokens compared'),
  smooth: flag().default(false).describe('whether 1 is added to counts'),
})

/**
 * BLEU of a corpus (Papineni et al. 2002): over all texts, not a mean of theirs. `update(predicted, references)`
 * takes a list of texts, and for each one reference or several.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * bleu().update(['the cat sat'], [['the cat sat down', 'a cat sat']])
 */
export function bleu(
  input: BleuOptions = {},
): Metric<number, readonly Text[], readonly References[]> {
  return new Bleu(schema.check(input))
}

class Bleu extends BaseMetric<number, readonly Text[], readonly References[]> {
  protected readonly kind: string
  protected readonly pending = undefined
  readonly #options: Required<BleuOptions>
  /** Lengths of predictions and references, then found and all sequences of each length. */
  #sums: number[]

  constructor(options: Required<BleuOptions>) {
    super('bleu')
    this.kind = `bleu of ${options.maxLength}`
    this.#options = options
    this.#sums = this.#none()
  }

  fresh(): Bleu {
    return new Bleu(this.#options)
  }

  protected take(
    predictions: readonly Text[],
    targets: readonly References[] | undefined,
  ): boolean {
    if (!Array.isArray(predictions) || !Array.isArray(targets))
      refuse('bleu', 'expected two lists: of texts, and of references for each.')
    if (predictions.length !== targets.length)
      refuse(
        'bleu',
        `there are ${predictions.length} texts and ${targets.length} references; expected as many.`,
      )
    const more = predictions.map((text, index) => this.#of(text, targets[index] ?? []))
    for (const sums of more)
      this.#sums = this.#sums.map((sum, at) => sum + (sums[at] ?? 0))
    return more.length > 0
  }

  protected value(): number {
    const [length = 0, reference = 0, ...counts] = this.#sums
    const { maxLength, smooth } = this.#options
    let logs = 0
    for (let index = 0; index < maxLength; index++) {
      const more = smooth && index > 0 ? 1 : 0
      const [found = 0, all = 0] = counts.slice(2 * index, 2 * index + 2)
      if (found + more === 0) return 0
      logs += Math.log((found + more) / (all + more)) / maxLength
    }
    return Math.exp(logs + Math.min(0, 1 - reference / length))
  }

  protected clear(): void {
    this.#sums = this.#none()
  }

  protected save(): readonly number[] {
    return this.#sums
  }

  protected load(values: readonly number[]): void {
    this.#sums = [...values]
  }

  #none = (): number[] => Array<number>(2 + 2 * this.#options.maxLength).fill(0)

  #of(text: Text, references: References): number[] {
    const tokens = tokensOf(text)
    const others = (typeof references === 'string' ? [references] : references).map(
      tokensOf,
    )
    if (others.length === 0) refuse('bleu', 'a text has no reference.')
    const lengths = others.map(({ length }) => length)
    const distance = (length: number) => Math.abs(length - tokens.length)
    const closest = lengths.reduce((best, length) =>
      distance(length) < distance(best) ? length : best,
    )
    const counts = Array.from({ length: this.#options.maxLength }, (_, index) => {
      const { found, all } = matches(tokens, others, index + 1)
      return [found, all]
    })
    return [tokens.length, closest, ...counts.flat()]
  }
}

const tokensOf = (text: Text): readonly (string | number)[] =>
  typeof text === 'string' ? text.split(/\s+/).filter(Boolean) : text
