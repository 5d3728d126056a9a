#!/usr/bin/env node
import { run } from './run.js'

// A reader that went away, such as head, is no fault of the run.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await run(process.argv.slice(2))
