import type { FitRun } from '../run/fit-run.js'
import { withCounters } from '../state/run-state.js'
import type { Outcome } from '../state/stop-reason.js'
import { evaluate } from './evaluate.js'

/** sanityStart, a few validation batches, sanityEnd: mistakes in the validation show before training. */
export async function sanityCheck(run: FitRun): Promise<void> {
  const { hooks, state, keeper, session, data, isValidated } = run
  const { sanityBatches: cap } = session.options
  if (!isValidated || cap === 0 || session.signal.aborted) return
  const { validation: sources = [] } = data
  state.isSanityCheck = true
  let outcome: Outcome
  try {
    await hooks.emit('sanityStart', withCounters(state, {}))
    const evaluated = await evaluate(session, { kind: 'validation', sources, cap })
    outcome = evaluated.outcome
  } catch (thrown) {
    await keeper.holdAfterError(thrown)
    await hooks.emitAfterError('sanityEnd', withCounters(state, { outcome: 'failed' }))
    throw thrown
  }
  await hooks.emit('sanityEnd', withCounters(state, { outcome }))
  state.isSanityCheck = false
}
