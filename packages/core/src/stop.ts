/** Why a run ended. */
export type StopReason =
  | { readonly kind: 'maxEpochs' }
  | { readonly kind: 'maxSteps' }
  | { readonly kind: 'maxSeconds' }
  | { readonly kind: 'noBatches' }
  | { readonly kind: 'plugin'; readonly plugin: string; readonly message: string }
  | { readonly kind: 'signal'; readonly reason: string }

/** How something that began came to its end. */
export type Outcome = 'completed' | 'stopped' | 'interrupted' | 'failed' | 'skipped'

/** A stop reason in words, for screens. */
export function describeStop(stop: StopReason): string {
  switch (stop.kind) {
    case 'maxEpochs':
      return 'reached maxEpochs'
    case 'maxSteps':
      return 'reached maxSteps'
    case 'maxSeconds':
      return 'reached maxSeconds'
    case 'noBatches':
      return 'there were no training batches'
    case 'plugin':
      return `${stop.plugin}: ${stop.message}`
    case 'signal':
      return `interrupted: ${stop.reason}`
  }
}

/** Holds the first request to stop, and the signal. The first reason wins. */
export class StopLatch {
  readonly signal: AbortSignal
  #request: Extract<StopReason, { kind: 'plugin' }> | undefined

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal ?? new AbortController().signal
  }

  /** Notes a plugin's wish; true for the first one only. */
  request(plugin: string, message: string): boolean {
    if (this.#request) return false
    this.#request = { kind: 'plugin', plugin, message }
    return true
  }

  /** The first plugin's wish, which the limits may still make wait. */
  get requested(): Extract<StopReason, { kind: 'plugin' }> | undefined {
    return this.#request
  }

  get isInterrupted(): boolean {
    return this.signal.aborted
  }

  /** The reason to give once interrupted. */
  get interruption(): StopReason {
    const reason: unknown = this.signal.reason
    const text = reason instanceof Error ? reason.message : String(reason ?? 'aborted')
    return { kind: 'signal', reason: text }
  }
}
