/** Why a run ended. */
export type StopReason =
  | { readonly kind: 'maxEpochs' | 'maxSteps' | 'maxSeconds' | 'noBatches' }
  | { readonly kind: 'plugin'; readonly plugin: string; readonly message: string }
  | { readonly kind: 'signal'; readonly reason: string }

/** How something that began came to its end. */
export type Outcome = 'completed' | 'stopped' | 'interrupted' | 'failed' | 'skipped'

/** A stop reason in words, for screens. */
export function describeStop(stop: StopReason): string {
  if (stop.kind === 'plugin') return `${stop.plugin}: ${stop.message}`
  if (stop.kind === 'signal') return `interrupted: ${stop.reason}`
  return stop.kind === 'noBatches' ? 'there were no training batches' : `reached ${stop.kind}`
}

/** Holds the first request to stop, and the signal. The first reason wins. */
export class StopLatch {
  readonly signal: AbortSignal
  /** The first plugin's wish, which the limits may still make wait. */
  requested: Extract<StopReason, { kind: 'plugin' }> | undefined

  constructor(signal = new AbortController().signal) {
    this.signal = signal
  }

  /** Notes a plugin's wish; true for the first one only. */
  request(plugin: string, message: string): boolean {
    if (this.requested) return false
    this.requested = { kind: 'plugin', plugin, message }
    return true
  }

  get isInterrupted(): boolean {
    return this.signal.aborted
  }

  /** The reason to give once interrupted. */
  get interruption(): StopReason {
    const reason: unknown = this.signal.reason
    return { kind: 'signal', reason: reason instanceof Error ? reason.message : String(reason) }
  }
}
