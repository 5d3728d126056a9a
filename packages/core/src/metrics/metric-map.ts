/* biome-ignore-all lint/suspicious/noEmptyInterface: these are empty here: plugins and programs add to them */
/**
 * Names of metrics and their type, for completion in editors. Augment it:
 * `declare module '@regimen/core' { interface MetricMap { val_loss: number } }`
 */
export interface MetricMap {}

/** Options of plugins that a config file may name by a string; each such plugin augments it. */
export interface PluginOptionsMap {}

/**
 * Which lists of names are complete: a name that is not in them then does not compile. Augment it:
 * `declare module '@regimen/core' { interface CompleteNames { metrics: true; plugins: true } }`.
 * `metrics: true` says that `MetricMap` has every metric, `plugins: true` that `PluginOptionsMap` has
 * every plugin that a config names.
 */
export interface CompleteNames {}

/** A metric name of `MetricMap`, or any other unless `CompleteNames` has `metrics: true`. */
export type MetricName =
  | (keyof MetricMap & string)
  | (CompleteNames extends { metrics: true } ? never : string & {})
