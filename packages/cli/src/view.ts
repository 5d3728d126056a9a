import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { printable } from '@regimen/core'
import { type Dashboard, serveDashboard } from '@regimen/dashboard'
import type { CommandContext } from './command-context.js'
import { UsageError } from './usage-error.js'

const DEFAULT_FOLDER = 'runs'

/**
 * Serves the page of the runs until a signal comes.
 *
 * @throws UsageError if the folder is not there, or the port is none or taken
 */
export async function view({ args, streams, signal }: CommandContext): Promise<void> {
  const root = args.argument ?? DEFAULT_FOLDER
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    const advice = 'Give the folder that holds the runs: regimen view <folder>.'
    throw new UsageError(`There is no folder ${resolve(root)}. ${advice}`)
  }
  const dashboard = await serve(root, portOf(args.flags.port))
  streams.stdout.write(`${dashboard.url}\n`)
  streams.stderr.write(`Shows ${resolve(root)} on this machine only. Ctrl+C ends it.\n`)
  if (args.flags.open !== undefined) openBrowser(dashboard.url)
  await new Promise<void>((done) => {
    if (signal.aborted) done()
    signal.addEventListener('abort', () => done(), { once: true })
  })
  await dashboard.close()
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 0
  const port = Number(text)
  if (/^\d+$/.test(text) && port < 65_536) return port
  throw new UsageError(
    `--port is "${printable(text)}"; expected an integer from 0 to 65535.`,
  )
}

async function serve(root: string, port: number): Promise<Dashboard> {
  try {
    return await serveDashboard({ root, port })
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw thrown
    const why = code === 'EADDRINUSE' ? 'is taken' : 'may not be used'
    throw new UsageError(
      `Port ${port} ${why}. Give another, or none for one that is free.`,
    )
  }
}

const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

/** The address is on the screen too, so a machine without a browser is no error. */
function openBrowser(url: string): void {
  const [command, ...words] = OPENERS[process.platform] ?? ['xdg-open']
  const child = spawn(command, [...words, url], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}
