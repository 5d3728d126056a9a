/* biome-ignore-all lint/suspicious/noEmptyInterface: these three are empty here so that plugins may add to them */

/**
 * Names of metrics and their type, for completion. Augment it:
 * `declare module '@regimen/core' { interface MetricMap { val_loss: number } }`
 */
export interface MetricMap {}

/** What plugins offer each other by name; augmented by the package that provides it. */
export interface TrainerServices {
  /** Turns `'last'`, `'best'` or a path into a snapshot. */
  checkpoints: CheckpointService
  /** Present once for every logger; what it holds is up to the logger. */
  logger: LoggerService
  /** Shows reports on a screen. */
  reporter: ReporterService
}

/** Options of plugins that a config file may name by a string; augmented by each such plugin. */
export interface PluginOptionsMap {}

/** A known metric name, or any other. */
export type MetricName = (keyof MetricMap & string) | (string & {})

/** Finds a snapshot by label or path. */
export interface CheckpointService {
  /** @throws when there is none or none is whole */
  load(reference: string): Promise<unknown>
}

/** Says who logs. */
export interface LoggerService {
  readonly name: string
}

/** Where reports go instead of the default, a process warning. */
export interface ReporterService {
  report(report: Report): void
}

/** A line for a person. */
export interface Report {
  readonly level: 'info' | 'warn'
  readonly message: string
  /** Id of the plugin that reports; absent where the core does. */
  readonly plugin?: string
}
