import { version } from '../package.json'
import type { CommandContext } from './command-context.js'
import type { CommandName } from './commands.js'
import { colorsFor, describeError } from './describe-error.js'
import { helpFor } from './help.js'
import { type Arguments, parseArguments } from './parse-arguments.js'
import { listenForSignals } from './signals.js'
import type { Streams } from './streams.js'
import { UsageError } from './usage-error.js'

type Act = (context: CommandContext) => Promise<boolean | void>

/** The commands are loaded when one is called, since most of them load tfjs: help and version do not. */
const ACTS: Readonly<Record<CommandName, () => Promise<Act>>> = {
  fit: async () => (await import('./fit.js')).fit,
  validate: async () => (await import('./evaluate.js')).validate,
  test: async () => (await import('./evaluate.js')).test,
  predict: async () => (await import('./predict.js')).predict,
  explain: async () => (await import('./explain.js')).explain,
  sync: async () => (await import('./sync.js')).sync,
  types: async () => (await import('./types.js')).types,
  doctor: async () => (await import('./doctor.js')).doctor,
}

/**
 * Does what a command line says. While it runs, SIGINT, SIGTERM and SIGHUP are its own.
 *
 * @param args without node and the script
 * @returns the exit code: 0 done, 1 error, 2 bad usage, 130 after SIGINT, 143 after SIGTERM, 129 after
 *   SIGHUP
 */
export async function run(args: readonly string[], streams: Streams = process): Promise<number> {
  let given: Arguments | undefined
  const signals = listenForSignals(streams.stderr)
  try {
    given = await parseArguments(args)
    const { command, flags } = given
    if (flags.version !== undefined) streams.stdout.write(`${version}\n`)
    else if (flags.help !== undefined || !command) streams.stdout.write(helpFor(command))
    else {
      const act = await ACTS[command]()
      const isFine = await act({ given, streams, signal: signals.signal })
      return signals.exitCode ?? (isFine === false ? 1 : 0)
    }
    return 0
  } catch (thrown) {
    if (signals.exitCode !== undefined && isInterruption(thrown)) {
      streams.stderr.write(interruptionText(thrown))
      return signals.exitCode
    }
    const isUsage = thrown instanceof UsageError
    const withStack = given?.flags.debug !== undefined
    streams.stderr.write(describeError(thrown, colorsFor(streams.stderr), withStack))
    if (isUsage) streams.stderr.write(`${hintFor(args)}\n`)
    return signals.exitCode ?? (isUsage ? 2 : 1)
  } finally {
    signals.stop()
  }
}

type Interruption = { readonly data: { batches: number; metrics?: Record<string, number> } }

/** Whether a validation, test or prediction was interrupted by the signal, as was asked for. */
const isInterruption = (thrown: unknown): thrown is Interruption =>
  Object(thrown).code === 'REG_INTERRUPTED'

function interruptionText({ data: { batches, metrics = {} } }: Interruption): string {
  const values = Object.entries(metrics).map(([name, value]) => ` ${name}=${value.toFixed(4)}`)
  const soFar = values.length > 0 ? `; the means so far:${values.join('')}` : ''
  return `Interrupted after ${batches === 1 ? '1 batch' : `${batches} batches`}${soFar}\n`
}

/** Where to read on: of the command that was typed, also where the rest could not be read. */
function hintFor(args: readonly string[]): string {
  const command = args.find((word) => Object.hasOwn(ACTS, word))
  return `See regimen ${command ? `${command} ` : ''}--help.`
}
