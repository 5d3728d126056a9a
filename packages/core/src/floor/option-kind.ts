import {
  describeRange,
  isWithin,
  type JsonSchema,
  jsonRange,
  type NumberRange,
} from './number-range.js'
import { quote } from './quote.js'

/** What happens if an option is missing: nothing, its default, or an error. */
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
  /** If the name itself is not known: all known names. */
  readonly known?: readonly string[]
}

type Report = (fault: OptionFault) => void

/** A kind of option as plain data: checks, tables and schemas are made from it. */
export interface OptionSpec {
  /** What is expected, in words that follow "expected". */
  readonly wanted: string
  /** The type as TypeScript writes it. */
  readonly type: string
  /** The JSON schema; absent if JSON cannot express it. */
  readonly json?: JsonSchema | undefined
  /** Returns the value as the plugin receives it, or reports what is wrong. */
  readonly read: (found: unknown, option: string, report: Report) => unknown
  readonly range?: NumberRange
  readonly meaning?: string
  readonly isRequired?: boolean
  /** The default. */
  readonly fallback?: unknown
  /** The default in words, if it is not a single value. */
  readonly fallbackText?: string
  /** Whether the value may be a secret, which no text shows. */
  readonly isSecret?: boolean
}

/** Any {@link OptionKind}. */
export interface AnyOptionKind {
  readonly spec: OptionSpec
}

declare const TYPES: unique symbol

/**
 * What an option may be. Each method returns a new kind and leaves this one unchanged.
 *
 * @example
 * count().from(1).default(3).describe('epochs without an improvement')
 */
export class OptionKind<Given, Use extends OptionUse = 'optional', Checked = Given> {
  /** Types only, never a value: it makes a kind invariant, assignable to no wider or narrower type. */
  declare readonly [TYPES]: {
    readonly use: Use
    readonly checked: Checked
    readonly given: (value: Given) => Given
  }

  constructor(readonly spec: OptionSpec) {}

  /** The value of a missing option. */
  default(value: Given): OptionKind<Given, 'filled', Checked> {
    return new OptionKind({ ...this.spec, fallback: value })
  }

  /** What a missing option means, in words: for a default that is not a single value. */
  otherwise(text: string): OptionKind<Given, Use, Checked> {
    return new OptionKind({ ...this.spec, fallbackText: text })
  }

  /** A missing option is an error. */
  required(): OptionKind<Given, 'required', Checked> {
    return new OptionKind({ ...this.spec, isRequired: true })
  }

  /** What the option is for, in a phrase: tables and help show it. */
  describe(meaning: string): OptionKind<Given, Use, Checked> {
    return new OptionKind({ ...this.spec, meaning })
  }

  /** Replaces the words for what is expected. */
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

  /** At least this. */
  from(this: OptionKind<number, Use>, least: number): OptionKind<number, Use> {
    return ranged(this.spec, { from: least })
  }

  /** At most this. */
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

  /** Allows infinities within the bounds. */
  orInfinity(this: OptionKind<number, Use>): OptionKind<number, Use> {
    return ranged(this.spec, { hasInfinity: true })
  }

  /** Only strings that match a pattern. @param wanted the pattern in words */
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
  // No option means -0, which prints and divides differently from 0.
  const readNumber: OptionSpec['read'] = (found, option, report) => {
    const value = read(found, option, report)
    return value === 0 ? 0 : value
  }
  return new OptionKind({
    ...spec,
    range,
    wanted,
    json: jsonRange(range),
    read: readNumber,
  })
}

/** Reads a value that a predicate accepts, unchanged. */
export const accept =
  (isRight: (value: unknown) => boolean, expected: string): OptionSpec['read'] =>
  (found, option, report) => {
    if (isRight(found)) return found
    report(faultOf(option, found, expected))
    return undefined
  }

/** A fault in the common grammar. */
export function faultOf(
  option: string,
  found: unknown,
  expected: string,
  hint = '',
): OptionFault {
  const foundText = found === undefined ? 'missing' : quote(found)
  return { option, found, foundText, expected, hint }
}
