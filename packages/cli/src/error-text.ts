import pc from 'picocolors'
import type { Streams } from './command-context.js'

type Colors = ReturnType<typeof pc.createColors>

/** Colours for a stream; none if it is no terminal or NO_COLOR is set. */
export function colorsFor({ isTTY }: Streams['stderr']): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  return pc.createColors(
    !NO_COLOR && (Boolean(FORCE_COLOR) || (isTTY === true && TERM !== 'dumb')),
  )
}

/** An error in one readable line, with its stack if `withStack` says so. */
export function describeError(
  thrown: unknown,
  colors: Colors,
  withStack: boolean,
): string {
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
