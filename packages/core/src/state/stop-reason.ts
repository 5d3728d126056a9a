/** How a run, epoch, batch or evaluation ended. */
export type Outcome = 'completed' | 'stopped' | 'interrupted' | 'failed' | 'skipped'

/** A plugin's stop request. */
export type PluginStop = {
  /** Which kind of reason it is. */
  readonly kind: 'plugin'
  /** Id of the plugin that asked. */
  readonly plugin: string
  /** Why the plugin asked to stop. */
  readonly message: string
}
/** Why a run ended. */
export type StopReason = LimitStop | SignalStop | PluginStop
type LimitStop = {
  /** Which limit was reached; `noBatches` if there was nothing to train on. */
  readonly kind: 'maxEpochs' | 'maxSteps' | 'maxSeconds' | 'noBatches'
}
type SignalStop = {
  /** Which kind of reason it is. */
  readonly kind: 'signal'
  /** The signal's reason. */
  readonly reason: string
}

/** A stop reason in words, for screens. */
export function describeStop(stop: StopReason): string {
  if (stop.kind === 'plugin') return `${stop.plugin}: ${stop.message}`
  if (stop.kind === 'signal') return `interrupted: ${stop.reason}`
  return stop.kind === 'noBatches'
    ? 'there were no training batches'
    : `reached ${stop.kind}`
}

/** The outcome of a fit that stopped for a reason; without a reason it failed. */
export function outcomeOf(stop: StopReason | undefined): Outcome {
  if (stop === undefined) return 'failed'
  if (stop.kind === 'signal') return 'interrupted'
  return stop.kind === 'plugin' ? 'stopped' : 'completed'
}
