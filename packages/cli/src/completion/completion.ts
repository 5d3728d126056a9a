import { join } from 'node:path'
import type { CommandContext } from '../command-context.js'
import { UsageError } from '../usage-error.js'
import { candidates, type Surroundings } from './candidates.js'
import { type Shell, scripts, shells } from './scripts.js'

/** What the scripts call: it prints candidates for the words that follow. */
const WORDS = 'words'

/**
 * Prints the script by which a shell completes what is typed; for the script itself the candidates.
 *
 * @throws UsageError for a shell that there is no script for
 */
export async function completion({ args, streams }: CommandContext): Promise<void> {
  const { argument: shell = '', more = [] } = args
  if (shell === WORDS) {
    // Nothing may appear in the middle of a line that is being typed.
    const found = await candidates(more, surroundings).catch(() => [])
    streams.stdout.write(found.map((one) => `${one}\n`).join(''))
    return
  }
  if (more.length > 0)
    throw new UsageError(`"${more[0]}" was not expected after ${shell}.`)
  if (!(shells as readonly string[]).includes(shell)) {
    const found = shell === '' ? '' : ` There is none for "${shell}".`
    throw new UsageError(
      `Say for which shell: regimen completion ${shells.join('|')}.${found}`,
    )
  }
  streams.stdout.write(scripts[shell as Shell])
}

/** Loaded only where they are asked for, since core takes longer to load than a person likes to wait. */
const surroundings: Surroundings = {
  async pluginNames() {
    const { installedPlugins } = await import('@regimen/core/config')
    const from = join(process.cwd(), 'trainer.config.ts')
    return installedPlugins({ from }).map(({ name }) => name)
  },
  async keys() {
    const { configKeys } = await import('@regimen/core/config')
    return configKeys.filter((key) => !['module', 'data', 'plugins'].includes(key))
  },
}
