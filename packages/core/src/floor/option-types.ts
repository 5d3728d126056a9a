import type { AnyOptionKind, OptionKind, OptionUse } from './option-kind.js'

/** Options by name, each with its kind. */
export type OptionFields = Readonly<Record<string, AnyOptionKind>>

/**
 * The fields that options of a documented interface need: `{ … } satisfies OptionFieldsOf<MyOptions>`
 * compiles only if names and types are the same.
 */
export type OptionFieldsOf<Options> = {
  readonly [Name in keyof Options]-?: undefined extends Options[Name]
    ?
        | OptionKind<Exclude<Options[Name], undefined>, 'optional', unknown>
        | OptionKind<Exclude<Options[Name], undefined>, 'filled', unknown>
    : OptionKind<Options[Name], 'required', unknown>
}

type GivenOf<Kind> =
  Kind extends OptionKind<infer Given, OptionUse, infer _> ? Given : never
type CheckedOf<Kind> =
  Kind extends OptionKind<infer _, infer Use, infer Checked>
    ? Use extends 'optional'
      ? Checked | undefined
      : Checked
    : never
type RequiredNames<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends OptionKind<infer _, 'required', infer _>
    ? Name
    : never
}[keyof Fields]

/** Options as a user passes them: those not required may be missing. */
export type GivenOptions<Fields> = {
  readonly [Name in RequiredNames<Fields>]: GivenOf<Fields[Name]>
} & {
  readonly [Name in Exclude<keyof Fields, RequiredNames<Fields>>]?: GivenOf<Fields[Name]>
}

/** Options after the check: defaults are filled in. */
export type CheckedOptions<Fields> = {
  readonly [Name in keyof Fields]: CheckedOf<Fields[Name]>
}
