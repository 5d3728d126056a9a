import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { messageOf, type Plugin } from '@regimen/core'
import { UsageError } from '../usage-error.js'
import { sweepPackage } from './sweep-package.js'

/** A trial of a sweep, as `--trial` names it. */
export interface Trial {
  /** As `--set` takes them. */
  readonly settings: readonly string[]
  /** In which its plugins write. */
  readonly folder: string
  /** Reports to the sweep. */
  readonly plugin: Plugin
}

/** Which file of a trial's folder says which process runs it. */
export const trialLock = (folder: string): string => join(folder, 'lock.json')

/**
 * Reads the trial that a flag names, and takes its folder for this process.
 *
 * @throws UsageError for a file that is no trial, and one that another process runs
 */
export async function trialOf(
  flag: string | undefined,
  config: string,
): Promise<Trial | undefined> {
  if (flag === undefined) return undefined
  const { readOrder, sweep, takeFolder } = await sweepPackage(config)
  const path = resolve(flag)
  if (!existsSync(path)) throw new UsageError(`--trial: there is no file ${path}.`)
  const folder = dirname(path)
  let order: ReturnType<typeof readOrder>
  try {
    order = readOrder(path)
  } catch (cause) {
    throw new UsageError(`--trial: ${messageOf(cause)}`, { cause })
  }
  const taken = takeFolder(trialLock(folder))
  if ('holder' in taken)
    throw new UsageError(`--trial: process ${taken.holder.pid} runs ${folder} already.`)
  process.once('exit', () => taken.release())
  const { settings, monitor, mode, rung, thresholds } = order
  const plugin = sweep({ folder, monitor: monitor as never, mode, rung, thresholds })
  return { settings, folder, plugin }
}

/**
 * Ends this process with the sweep that started it, at once: what is on the disk is whole, and the sweep, when it is
 * called again, starts the trial from there.
 */
export function endWithSweep(): void {
  if (process.send === undefined) return
  const end = () => process.kill(process.pid, 'SIGKILL')
  if (!process.connected) end()
  process.once('disconnect', end)
  // The channel itself is no reason to go on.
  process.channel?.unref()
}
