import { count, type OptionFieldsOf, optionSchema } from '@regimen/core'

/** What {@link compile} takes. */
export interface CompileOptions {
  /** Replayed steps after which one is also run as it is and compared bit by bit; 0: only the first. */
  readonly verifyEvery?: number
}

/** The options of {@link CompileOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('compile', {
  verifyEvery: count()
    .default(500)
    .describe(
      'replayed steps after which one is also run as it is and compared bit by bit; 0: only the first',
    ),
} satisfies OptionFieldsOf<CompileOptions>)
