#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { run } from './run.js'

// Files are written without giving way to the event loop: a signal waits until all are there, or none.
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(name, () => process.exit(code))
}

process.exitCode = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  templates: fileURLToPath(new URL('./templates', import.meta.url)),
  isInteractive: Boolean(process.stdin.isTTY && process.stdout.isTTY) && !process.env.CI,
  // Deno says who it is in tasks only.
  userAgent: process.env.npm_config_user_agent ?? (process.versions.deno && 'deno/'),
  print: (text) => void process.stdout.write(text),
  printError: (text) => void process.stderr.write(text),
})
