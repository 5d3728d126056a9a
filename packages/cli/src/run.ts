import { version } from '../package.json'
import type { CommandContext } from './command-context.js'
import type { CommandName } from './commands.js'
import { doctor } from './doctor.js'
import { test, validate } from './evaluate.js'
import { explain } from './explain.js'
import { fit } from './fit.js'
import { helpFor } from './help.js'
import { type Arguments, parseArguments } from './parse-arguments.js'
import { predict } from './predict.js'
import { listenForSignals } from './signals.js'
import { sync } from './sync.js'
import { colorsFor, describeError, type Streams } from './terminal.js'
import { UsageError } from './usage-error.js'

type Act = (context: CommandContext) => Promise<boolean | void>

const ACTS: Readonly<Record<CommandName, Act>> = {
  ...{ fit, validate, test, predict, explain, sync, doctor },
}

/**
 * Does what a command line says. While it runs, SIGINT and SIGTERM are its own.
 *
 * @param args without node and the script
 * @returns the exit code: 0 done, 1 error, 2 bad usage, 130 after SIGINT, 143 after SIGTERM
 */
export async function run(args: readonly string[], streams: Streams = process): Promise<number> {
  let given: Arguments | undefined
  const signals = listenForSignals()
  try {
    given = parseArguments(args)
    const { command, flags } = given
    if (flags.version !== undefined) streams.stdout.write(`${version}\n`)
    else if (flags.help !== undefined || !command) streams.stdout.write(helpFor(command))
    else {
      const isFine = await ACTS[command]({ given, streams, signal: signals.signal })
      return signals.exitCode ?? (isFine === false ? 1 : 0)
    }
    return 0
  } catch (thrown) {
    const isUsage = thrown instanceof UsageError
    const withStack = given?.flags.debug !== undefined
    streams.stderr.write(describeError(thrown, colorsFor(streams.stderr), withStack))
    if (isUsage) streams.stderr.write(`${hintFor(given)}\n`)
    return signals.exitCode ?? (isUsage ? 2 : 1)
  } finally {
    signals.stop()
  }
}

function hintFor(given: Arguments | undefined): string {
  return `See regimen ${given?.command ? `${given.command} ` : ''}--help.`
}
