/** A line for a person. */
export interface Report {
  /** `info` is good to know, `warn` is wrong or may be. */
  readonly level: 'info' | 'warn'
  /** What is said. */
  readonly message: string
  /** Id of the plugin that says it; none where the core does. */
  readonly plugin?: string
  /** The tap that has not finished, where the trainer says that the run waits for one without a reason. */
  readonly waitsFor?: { readonly plugin: string; readonly hook: string }
}

/** Reports for a person, under the plugin's id. */
export interface Reporter {
  /** Says what is good to know. */
  info(message: string): void
  /** Says what is wrong or may be. */
  warn(message: string): void
}
