/** A line for the user. */
export interface Report {
  /** `info` for good to know, `warn` for a problem or a possible one. */
  readonly level: 'info' | 'warn'
  /** The text. */
  readonly message: string
  /** Id of the plugin that reports; absent for reports of the core. */
  readonly plugin?: string
  /** In a report that the run waits for a tap without a stated reason: which tap. */
  readonly waitsFor?: { readonly plugin: string; readonly hook: string }
}

/** Reports to the user, under the plugin's id. */
export interface Reporter {
  /** Reports something good to know. */
  info(message: string): void
  /** Reports a problem or a possible one. */
  warn(message: string): void
}
