/** How something that began came to its end. */
export type Outcome = 'completed' | 'stopped' | 'interrupted' | 'failed' | 'skipped'

/** A plugin's stop request. */
export type PluginStop = {
  /** Which kind of reason it is. */
  readonly kind: 'plugin'
  /** Id of the plugin that asked. */
  readonly plugin: string
  /** Why it asked. */
  readonly message: string
}
/** Why a run ended. */
export type StopReason = LimitStop | SignalStop | PluginStop
type LimitStop = {
  /** Which limit was reached; `noBatches`: there was nothing to train with. */
  readonly kind: 'maxEpochs' | 'maxSteps' | 'maxSeconds' | 'noBatches'
}
type SignalStop = {
  /** Which kind of reason it is. */
  readonly kind: 'signal'
  /** The reason that the signal gave. */
  readonly reason: string
}

/** A stop reason in words, for screens. */
export function describeStop(stop: StopReason): string {
  if (stop.kind === 'plugin') return `${stop.plugin}: ${stop.message}`
  if (stop.kind === 'signal') return `interrupted: ${stop.reason}`
  return stop.kind === 'noBatches' ? 'there were no training batches' : `reached ${stop.kind}`
}

/** How a fit went that ended for a reason; without one it failed. */
export function outcomeOf(stop: StopReason | undefined): Outcome {
  if (stop === undefined) return 'failed'
  if (stop.kind === 'signal') return 'interrupted'
  return stop.kind === 'plugin' ? 'stopped' : 'completed'
}
