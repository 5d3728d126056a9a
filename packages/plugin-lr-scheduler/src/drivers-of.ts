import { RegimenError, type RunInfo } from '@regimen/core'
import { Driver } from './driver.js'
import { isWholeRun, type LrSchedulerOptions, namedOptimizers, scheduleFor } from './options.js'
import { scheduleOver } from './whole-run.js'

/** Finds services of plugins that this package does not know by type. */
export type FindServices = (name: string) => readonly unknown[]

/** The optimizers of a run that have a schedule. @throws REG_OPTIMIZER_INVALID, REG_OPTION_INVALID */
export function driversOf(
  run: RunInfo,
  options: LrSchedulerOptions,
  services: FindServices,
): readonly Driver[] {
  const { optimizers } = run
  const missing = namedOptimizers(options).find((name) => !Object.hasOwn(optimizers, name))
  if (missing !== undefined) {
    const names = Object.keys(optimizers)
    const known = names.map((name) => `"${name}"`)
    const text = `There is a schedule for optimizer "${missing}", but no such optimizer.`
    throw new RegimenError(
      'REG_OPTIMIZER_INVALID',
      `${text} The optimizers: ${known.join(', ')}.`,
      {
        data: { optimizer: missing, optimizers: names },
      },
    )
  }
  const [accumulation] = services('accumulate') as { batchesAt(epoch: number): number }[]
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
