/** What an optimizer may have beside what tfjs asks for, as those of `@regimen/optimizers` do. */
export interface OptimizerTraits {
  /**
   * Whether its learning rate is a function of its steps. Then the rate is configuration, although it
   * changes in a step: a resumed run takes the function from the code.
   */
  readonly hasScheduledRate?: boolean
  /** Receives the module's names of variables, by tfjs' names, before a fit. */
  useNames?(names: ReadonlyMap<string, string>): void
}
