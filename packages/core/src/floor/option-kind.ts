import {
  describeRange,
  isWithin,
  type JsonSchema,
  jsonRange,
  type NumberRange,
} from './number-range.js'
import { quote } from './quote.js'

/** Whether an option may be left out, and what then: nothing, its default, or an error. */
export type OptionUse = 'optional' | 'filled' | 'required'

/** What is wrong with one option. */
export interface OptionFault {
  /** Its name, with the place inside it: `tags[1]`, `limitBatches.train`. */
  readonly option: string
  readonly found: unknown
  /** What was found, in words. */
  readonly foundText: string
  readonly expected: string
  /** ` Did you mean "x"?`, or nothing. */
  readonly hint: string
  /** Where the name itself is not known: all names that are. */
  readonly known?: readonly string[]
}

type Report = (fault: OptionFault) => void

/** What is known of a kind of option, as plain as can be: checks, tables and schemas are made of it. */
export interface OptionSpec {
  /** What is expected, in words that follow "expected". */
  readonly wanted: string
  /** The type as TypeScript writes it. */
  readonly type: string
  /** The same in JSON; none where JSON cannot say it. */
  readonly json?: JsonSchema | undefined
  /** Gives the value as the plugin gets it, or reports what is wrong. */
  readonly read: (found: unknown, option: string, report: Report) => unknown
  readonly range?: NumberRange
  readonly meaning?: string
  readonly isRequired?: boolean
  /** What is taken where nothing is given. */
  readonly fallback?: unknown
  /** The same in words, where it is no value. */
  readonly fallbackText?: string
  /** Whether what was found may be a key, which no text shows. */
  readonly isSecret?: boolean
}

/** Any {@link OptionKind}. */
export interface AnyOptionKind {
  readonly spec: OptionSpec
}

declare const TYPES: unique symbol

/**
 * What an option may be. Each method gives a new kind and leaves this one as it is.
 *
 * @example
 * count().from(1).default(3).describe('epochs without an improvement')
 */
export class OptionKind<Given, Use extends OptionUse = 'optional', Checked = Given> {
  /** Never there: the types alone, both ways, so that a kind fits no wider type and no narrower one. */
  declare readonly [TYPES]: {
    readonly use: Use
    readonly checked: Checked
    readonly given: (value: Given) => Given
  }

  constructor(readonly spec: OptionSpec) {}

  /** The value where none is given. */
  default(value: Given): OptionKind<Given, 'filled', Checked> {
    return new OptionKind({ ...this.spec, fallback: value })
  }

  /** What happens where none is given, in words: for a default that is no single value. */
  otherwise(text: string): OptionKind<Given, Use, Checked> {
    return new OptionKind({ ...this.spec, fallbackText: text })
  }

  /** It is an error to give none. */
  required(): OptionKind<Given, 'required', Checked> {
    return new OptionKind({ ...this.spec, isRequired: true })
  }

  /** What it is for, in a phrase: tables and help show it. */
  describe(meaning: string): OptionKind<Given, Use, Checked> {
    return new OptionKind({ ...this.spec, meaning })
  }

  /** Other words for what is expected. */
  expecting(wanted: string): OptionKind<Given, Use, Checked> {
    const { read } = this.spec
    const reworded: OptionSpec['read'] = (found, option, report) =>
      read(found, option, (fault) =>
        report(fault.option === option ? { ...fault, expected: wanted } : fault),
      )
    return new OptionKind({ ...this.spec, wanted, read: reworded })
  }

  /** Errors do not show what was found. */
  secret(): OptionKind<Given, Use, Checked> {
    return new OptionKind({ ...this.spec, isSecret: true })
  }

  /** At least so much. */
  from(this: OptionKind<number, Use>, least: number): OptionKind<number, Use> {
    return ranged(this.spec, { from: least })
  }

  /** At most so much. */
  upTo(this: OptionKind<number, Use>, most: number): OptionKind<number, Use> {
    return ranged(this.spec, { upTo: most })
  }

  /** More than this. */
  above(this: OptionKind<number, Use>, bound: number): OptionKind<number, Use> {
    return ranged(this.spec, { above: bound })
  }

  /** Less than this. */
  below(this: OptionKind<number, Use>, bound: number): OptionKind<number, Use> {
    return ranged(this.spec, { below: bound })
  }

  /** The infinities within the bounds too. */
  orInfinity(this: OptionKind<number, Use>): OptionKind<number, Use> {
    return ranged(this.spec, { hasInfinity: true })
  }

  /** Only texts that a pattern matches. @param wanted the pattern in words */
  matching(
    this: OptionKind<string, Use>,
    pattern: RegExp,
    wanted: string,
  ): OptionKind<string, Use> {
    const json = { type: 'string', pattern: pattern.source }
    const isRight = (value: unknown) => typeof value === 'string' && pattern.test(value)
    return new OptionKind({ ...this.spec, json, wanted, read: accept(isRight, wanted) })
  }
}

/** A number within bounds. */
export function ranged<Use extends OptionUse>(
  spec: Omit<OptionSpec, 'wanted' | 'read'>,
  more: NumberRange,
): OptionKind<number, Use> {
  const range = { ...spec.range, ...more }
  const wanted = describeRange(range)
  const read = accept((value) => isWithin(value, range), wanted)
  // No option means -0, which prints and divides like another number.
  const readNumber: OptionSpec['read'] = (...given) => {
    const value = read(...given)
    return value === 0 ? 0 : value
  }
  return new OptionKind({ ...spec, range, wanted, json: jsonRange(range), read: readNumber })
}

/** Reads what a predicate takes, unchanged. */
export const accept =
  (isRight: (value: unknown) => boolean, expected: string): OptionSpec['read'] =>
  (found, option, report) => {
    if (isRight(found)) return found
    report(faultOf(option, found, expected))
    return undefined
  }

/** A fault in the one grammar. */
export function faultOf(option: string, found: unknown, expected: string, hint = ''): OptionFault {
  const foundText = found === undefined ? 'missing' : quote(found)
  return { option, found, foundText, expected, hint }
}
