import { copyNumbers } from '../metrics/metrics.js'
import type { FitRun } from '../run/fit-run.js'
import { isRequestGranted } from '../run/stop-rules.js'
import { evaluate } from './evaluate.js'

/**
 * Validates now.
 *
 * @param onInterrupted called if the signal interrupts it, before any end hook
 * @returns false if the signal interrupted it
 */
export async function validate(
  run: FitRun,
  onInterrupted: () => Promise<void>,
): Promise<boolean> {
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

/** Whether a validation is due at the end of an epoch; `isCut` if the epoch was cut short. */
export function isValidationDueAtEnd(
  run: FitRun,
  { isCut }: { readonly isCut: boolean },
): boolean {
  const { state, validatedInEpoch } = run
  const schedule = run.schedules.validation
  const isFresh = validatedInEpoch && schedule.last.step === state.step
  const isStopping = isRequestGranted(run, state.epoch + 1)
  if (isFresh || (isCut && !isStopping)) return false
  // A run that a plugin stops is validated in its final state.
  const isLastChance = isStopping && schedule.isWithinEpoch
  return isLastChance || schedule.isDueAfterEpoch()
}
