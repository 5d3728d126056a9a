import {
  type AccumulateService,
  quoteAll,
  RegimenError,
  type RunInfo,
  suggestion,
} from '@regimen/core'
import { Driver } from './driver.js'
import {
  isWholeRun,
  type LrSchedulerOptions,
  namedOptimizers,
  scheduleFor,
} from './options.js'
import { scheduleOver } from './whole-run.js'

/** The optimizers of a run that have a schedule. @throws REG_OPTIMIZER_INVALID, REG_OPTION_INVALID */
export function driversOf(
  run: RunInfo,
  options: LrSchedulerOptions,
  [accumulation]: readonly AccumulateService[],
): readonly Driver[] {
  const { optimizers } = run
  const missing = namedOptimizers(options).find(
    (name) => !Object.hasOwn(optimizers, name),
  )
  if (missing !== undefined) {
    const names = Object.keys(optimizers)
    const option = options.optimizer === undefined ? `schedule.${missing}` : 'optimizer'
    const text = `lrScheduler: "${option}" is for an optimizer that does not exist`
    const known = `expected one of ${quoteAll(names)}.${suggestion(missing, names)}`
    throw new RegimenError('REG_OPTIMIZER_INVALID', `${text}; ${known}`, {
      data: { optimizer: missing, optimizers: names },
    })
  }
  const batchesAt = (epoch: number) => accumulation?.batchesAt(epoch) ?? 1
  return Object.entries(optimizers).flatMap(([name, optimizer]) => {
    const configured = scheduleFor(name, options)
    if (!configured) return []
    const { interval = 'epoch', baseLr } = options
    const schedule = isWholeRun(configured)
      ? scheduleOver(configured, run, interval, batchesAt)
      : configured
    return [new Driver(name, schedule, optimizer, baseLr)]
  })
}
