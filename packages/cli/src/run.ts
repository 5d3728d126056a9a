import { version } from '../package.json'
import { type Arguments, parseArguments, typedCommand } from './arguments.js'
import type { CommandContext, Streams } from './command-context.js'
import type { CommandName } from './commands.js'
import { colorsFor, describeError } from './error-text.js'
import { helpFor } from './help.js'
import { listenForSignals } from './signals.js'
import { UsageError } from './usage-error.js'

type Command = (context: CommandContext) => Promise<boolean | void>

/** The commands are loaded when one is called, since most of them load tfjs: help and version do not. */
const COMMANDS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  fit: async () => (await import('./fit.js')).fit,
  validate: async () => (await import('./evaluate.js')).validate,
  test: async () => (await import('./evaluate.js')).test,
  predict: async () => (await import('./predict.js')).predict,
  explain: async () => (await import('./explain.js')).explain,
  runs: async () => (await import('./run-commands/runs.js')).runs,
  view: async () => (await import('./view.js')).view,
  export: async () => (await import('./export.js')).exportCheckpoint,
  sweep: async () => (await import('./sweep/sweep.js')).sweep,
  sync: async () => (await import('./sync.js')).sync,
  types: async () => (await import('./types.js')).types,
  schema: async () => (await import('./schema.js')).schema,
  completion: async () => (await import('./completion/completion.js')).completion,
  help: async () => (await import('./schema.js')).help,
  doctor: async () => (await import('./doctor.js')).doctor,
}

/**
 * Does what a command line says. While it runs, SIGINT, SIGTERM and SIGHUP are its own.
 *
 * @param words without node and the script
 * @returns the exit code: 0 done, 1 error, 2 bad usage, 130 after SIGINT, 143 after SIGTERM, 129 after
 *   SIGHUP
 */
export async function run(
  words: readonly string[],
  streams: Streams = process,
): Promise<number> {
  let args: Arguments | undefined
  const signals = listenForSignals(streams.stderr)
  try {
    args = await parseArguments(words)
    const { command, flags } = args
    if (flags.version !== undefined) streams.stdout.write(`${version}\n`)
    else if (flags.help !== undefined || !command) {
      streams.stdout.write(helpFor(command))
    } else {
      const runCommand = await COMMANDS[command]()
      const isFine = await runCommand({ args, streams, signal: signals.signal })
      return signals.exitCode ?? (isFine === false ? 1 : 0)
    }
    return 0
  } catch (thrown) {
    if (signals.exitCode !== undefined && isInterruption(thrown)) {
      streams.stderr.write(interruptionText(thrown))
      return signals.exitCode
    }
    const isUsage = thrown instanceof UsageError
    const withStack = args?.flags.debug !== undefined
    streams.stderr.write(describeError(thrown, colorsFor(streams.stderr), withStack))
    if (isUsage) streams.stderr.write(`${hintFor(words)}\n`)
    return signals.exitCode ?? (isUsage ? 2 : 1)
  } finally {
    signals.stop()
  }
}

type Interruption = {
  readonly data: { batches: number; metrics?: Record<string, number> }
}

/** Whether a validation, test or prediction was interrupted by the signal. */
const isInterruption = (thrown: unknown): thrown is Interruption =>
  Object(thrown).code === 'REG_INTERRUPTED'

function interruptionText({ data: { batches, metrics = {} } }: Interruption): string {
  const values = Object.entries(metrics).map(
    ([name, value]) => ` ${name}=${value.toFixed(4)}`,
  )
  const soFar = values.length > 0 ? `; the means so far:${values.join('')}` : ''
  return `Interrupted after ${batches === 1 ? '1 batch' : `${batches} batches`}${soFar}\n`
}

/** Where the help is: that of the command that was typed, also if the rest could not be read. */
function hintFor(words: readonly string[]): string {
  const command = typedCommand(words)
  return `See regimen ${command ? `${command} ` : ''}--help.`
}
