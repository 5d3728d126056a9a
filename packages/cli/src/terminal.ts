import { definePlugin, type Plugin, type PluginContext, type Report } from '@regimen/core'
import type { Arguments } from './arguments.js'
import type { Streams } from './command-context.js'
import { colorsFor } from './error-text.js'
import { UsageError } from './usage-error.js'

/** The plugin of the command line, and what it knows of the others. */
export interface Terminal {
  readonly plugin: Plugin
  /** Shows a line of the command itself. */
  readonly info: (text: string) => void
  /** Whether no other plugin shows reports. */
  readonly isAlone: () => boolean
  readonly canFindCheckpoints: () => boolean
  /** What a label or path stands for, if a plugin can find checkpoints. */
  readonly loadCheckpoint: (reference: string) => Promise<unknown>
  /** What each engine of the plugins uses; loads them. */
  readonly engines: () => Promise<string[]>
  /** Whether the fit that ended trained and a plugin that finds checkpoints was there, not muted. */
  readonly canResume: () => boolean
}

/** Shows reports unless another plugin provides the service `reporter`. */
export function createTerminal({ stderr }: Streams): Terminal {
  const colors = colorsFor(stderr)
  let context: PluginContext | undefined
  let canResume = false
  const isAlone = () => (context?.services('reporter').length ?? 0) <= 1
  const report = ({ level, message, plugin }: Report) => {
    if (!isAlone()) return
    const text = plugin ? `${plugin}: ${message}` : message
    stderr.write(
      `${level === 'warn' ? colors.yellow('warning') : colors.cyan('info')} ${text}\n`,
    )
  }
  const plugin = definePlugin({
    name: 'cli',
    apply(pluginContext) {
      context = pluginContext
      const { provide, hooks, service } = pluginContext
      provide('reporter', { report })
      hooks.fitEnd.tap('cli', ({ step }) => {
        canResume = step > 0 && service('checkpoints') !== undefined
      })
    },
  })
  return {
    plugin,
    info: (text) => void stderr.write(`${colors.cyan('info')} ${text}\n`),
    isAlone,
    canFindCheckpoints: () => context?.service('checkpoints') !== undefined,
    loadCheckpoint: async (reference) => context?.service('checkpoints')?.load(reference),
    canResume: () => canResume,
    engines: () =>
      Promise.all((context?.services('engine') ?? []).map((engine) => engine.describe())),
  }
}

/**
 * Refuses a label or path that no plugin can find.
 *
 * @throws UsageError
 */
export function checkReference(
  flag: string,
  value: string | undefined,
  terminal: Terminal,
): void {
  if (value === undefined || terminal.canFindCheckpoints()) return
  throw new UsageError(
    `${flag} ${value} needs a plugin that finds checkpoints. Add checkpoint() of @regimen/plugin-checkpoint to the config.`,
  )
}

/**
 * Says that the weights are untrained, if trained ones may be meant: `--checkpoint` is not there,
 * and the config has a plugin that finds checkpoints.
 */
export function noteUntrained({ flags }: Arguments, terminal: Terminal): void {
  const isMeant = flags.checkpoint !== undefined || flags['fast-dev-run'] !== undefined
  if (isMeant || !terminal.canFindCheckpoints()) return
  terminal.info(
    'The weights are those that the module begins with. For those of a fit give --checkpoint best or --checkpoint last.',
  )
}
