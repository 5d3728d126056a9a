import type { Streams } from './command-context.js'

/** What to exit with after each signal. */
const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

type Name = keyof typeof CODES

/** Task runners pass on a Ctrl-C that the terminal has sent here too; that is one request, not two. */
const ECHO_MS = 50

/** How long a run may take to end after a signal before a line says what it waits for. */
const PATIENCE_MS = 1000

/** The signals of the process, turned into an abort. */
export interface Signals {
  readonly signal: AbortSignal
  /** The exit code of the signal that came, if one did. */
  readonly exitCode: number | undefined
  stop(): void
}

/**
 * Listens: the first SIGINT, SIGTERM or SIGHUP (the terminal was closed) aborts, the
 * second ends the process at once. Where the first takes a while, a line says so.
 */
export function listenForSignals(stderr: Streams['stderr']): Signals {
  const controller = new AbortController()
  let exitCode: number | undefined
  let firstMs = 0
  let notice: NodeJS.Timeout | undefined
  const explain = (name: Name) =>
    stderr.write(
      `${stderr.isTTY ? '\n' : ''}${name}: what is under way is finished and saved first. A second ${name} ends at once, and saves nothing.\n`,
    )
  const onSignal = (name: Name): void => {
    const now = performance.now()
    if (exitCode === undefined) {
      exitCode = CODES[name]
      firstMs = now
      notice = setTimeout(explain, PATIENCE_MS, name).unref()
      controller.abort(new Error(name))
    } else if (now - firstMs > ECHO_MS) {
      process.exit(CODES[name])
    }
  }
  const names = Object.keys(CODES) as Name[]
  for (const name of names) process.on(name, onSignal)
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode
    },
    stop() {
      clearTimeout(notice)
      for (const name of names) process.off(name, onSignal)
    },
  }
}
