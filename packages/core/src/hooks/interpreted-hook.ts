import Hook, { type FullTap } from 'tapable/lib/Hook.js'

type Taps<Call> = readonly FullTap<Call>[]

/** The result of calling a hook: a promise only if a tap has to be awaited. */
export type Pending = Promise<void> | void

/**
 * A hook of tapable whose taps are called one by one. tapable keeps the taps and their order. Its own
 * hooks compile each call from source text, which a page without `unsafe-eval` refuses; this one uses a
 * loop. Taps that are added during a call wait for the next call.
 */
export class InterpretedHook<Call> extends Hook<Call, Pending> {
  protected override compile({ taps }: { taps: Taps<Call> }): (call: Call) => Pending {
    const inOrder = [...taps]
    const isAsync = inOrder.some(({ type }) => type === 'promise')
    return isAsync
      ? (call) => callAndWait(inOrder, call)
      : (call) => callAll(inOrder, call)
  }
}

function callAll<Call>(taps: Taps<Call>, call: Call): void {
  for (const tap of taps) tap.fn(call)
}

/** Runs up to the first asynchronous tap before it returns. */
async function callAndWait<Call>(taps: Taps<Call>, call: Call): Promise<void> {
  for (const tap of taps) {
    if (tap.type === 'promise') await tap.fn(call)
    else tap.fn(call)
  }
}
