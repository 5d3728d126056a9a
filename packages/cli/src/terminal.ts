import { definePlugin, type Plugin, type PluginContext, type Report } from '@regimen/core'
import pc from 'picocolors'

/** Where the command line writes. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean | undefined }
}

/** The plugin of the command line, and what it knows of the others. */
export interface Terminal {
  readonly plugin: Plugin
  /** Whether no other plugin shows reports. */
  readonly isAlone: () => boolean
  readonly canFindCheckpoints: () => boolean
}

type Colors = ReturnType<typeof pc.createColors>

/** Colours for a stream; none where it is no terminal or NO_COLOR is set. */
export function colorsFor({ isTTY }: Streams['stderr']): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  return pc.createColors(!NO_COLOR && (Boolean(FORCE_COLOR) || (isTTY === true && TERM !== 'dumb')))
}

/** Shows reports unless another plugin provides the service `reporter`. */
export function createTerminal({ stderr }: Streams): Terminal {
  const colors = colorsFor(stderr)
  let context: PluginContext | undefined
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
    },
  })
  return {
    plugin,
    isAlone,
    canFindCheckpoints: () => context?.service('checkpoints') !== undefined,
  }
}

/** An error in one readable line, with its stack where asked for. */
export function describeError(thrown: unknown, colors: Colors, withStack: boolean): string {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  if (!withStack) return `${colors.red('error')} ${error.message}\n`
  const stacks = [error.stack ?? error.message]
  for (let { cause } = error; cause !== undefined; cause = (cause as Error).cause) {
    stacks.push(
      `caused by ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
    )
    if (!(cause instanceof Error)) break
  }
  return `${colors.red('error')} ${stacks.join('\n')}\n`
}
