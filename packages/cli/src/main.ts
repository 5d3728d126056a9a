#!/usr/bin/env node
import { run } from './run.js'

/** A reader that went away, such as head, and a terminal that was closed: no fault of the run. */
const GONE = ['EPIPE', 'EIO']

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!GONE.includes(error.code ?? '')) throw error
  })
}

process.exitCode = await run(process.argv.slice(2))
