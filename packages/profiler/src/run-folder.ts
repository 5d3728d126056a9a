import type { PluginContext } from '@regimen/core'

/** The folder of the run and the name of the run, as far as a logger says so. */
interface LogPlace {
  readonly logDir?: unknown
  readonly runId?: unknown
}

/**
 * Where the files of a profile are told apart from those of other runs: `profile/<run id>` in the folder
 * that a logger writes the run to.
 *
 * @returns nothing if no logger has a folder, or none as yet
 */
export function runFolder({ services }: PluginContext): string | undefined {
  for (const { logDir, runId } of services('logger') as readonly LogPlace[]) {
    if (typeof logDir === 'string' && typeof runId === 'string')
      return `${logDir}/profile/${runId}`
  }
  return undefined
}
