import { definePlugin, type Plugin, type PluginContext, type Report } from '@regimen/core'
import { colorsFor } from './describe-error.js'
import type { Streams } from './streams.js'

/** The plugin of the command line, and what it knows of the others. */
export interface Terminal {
  readonly plugin: Plugin
  /** Shows a line of the command itself. */
  readonly tell: (text: string) => void
  /** Whether no other plugin shows reports. */
  readonly isAlone: () => boolean
  readonly canFindCheckpoints: () => boolean
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
    stderr.write(`${level === 'warn' ? colors.yellow('warning') : colors.cyan('info')} ${text}\n`)
  }
  const plugin = definePlugin({
    name: 'cli',
    apply(given) {
      context = given
      given.provide('reporter', { report })
      given.hooks.fitEnd.tap('cli', ({ step }) => {
        canResume = step > 0 && given.service('checkpoints') !== undefined
      })
    },
  })
  return {
    plugin,
    tell: (text) => void stderr.write(`${colors.cyan('info')} ${text}\n`),
    isAlone,
    canFindCheckpoints: () => context?.service('checkpoints') !== undefined,
    canResume: () => canResume,
  }
}
