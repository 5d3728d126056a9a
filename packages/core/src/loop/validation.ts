import { copyNumbers } from '../metrics/metrics.js'
import type { FitRun } from '../run/fit-run.js'
import { isRequestGranted } from '../run/stop-rules.js'
import { evaluate } from './evaluate.js'

/**
 * Validates now.
 *
 * @param onInterrupted called where the signal interrupts it, before any end hook
 * @returns false where the signal interrupted it
 */
export async function validate(run: FitRun, onInterrupted: () => Promise<void>): Promise<boolean> {
  const { session, data, results, schedules } = run
  const { validation: sources } = data
  if (!run.isValidated || !sources) return true
  const { outcome, result, values } = await evaluate(session, {
    kind: 'validation',
    sources,
    onInterrupted,
  })
  session.activeLog = run.epochLog
  if (outcome === 'interrupted') return false
  run.validated = values
  run.validatedInEpoch = result
  schedules.validation.markDone()
  copyNumbers(values, results)
  return true
}

/** Whether a validation is due at the end of an epoch, `isCut` short or not. */
export function isValidationDueAtEnd(run: FitRun, { isCut }: { readonly isCut: boolean }): boolean {
  const { state, validatedInEpoch } = run
  const schedule = run.schedules.validation
  const isFresh = validatedInEpoch && schedule.last.step === state.step
  const isStopping = isRequestGranted(run, state.epoch + 1)
  if (isFresh || (isCut && !isStopping)) return false
  // A run that a plugin ends is validated as it is given back.
  const isLastChance = isStopping && schedule.isWithinEpoch
  return isLastChance || schedule.isDueAfterEpoch()
}
