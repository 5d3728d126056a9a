// Runs programs one after the other in this process, each in a folder of its own, and tells the parent how each ended:
// node --conditions=@regimen/source --import source-loader.mjs program-runner.mjs <folder> <program> …
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [folder, ...files] = process.argv.slice(2)
let current

process.on('uncaughtException', (error) => tell(error))

for (const file of files) {
  current = file
  process.chdir(mkdtempSync(join(folder, 'run-')))
  try {
    await import(pathToFileURL(file).href)
    // What was rejected and caught by nobody belongs to this program.
    await new Promise((resolve) => setImmediate(resolve))
    tell()
  } catch (error) {
    tell(error)
  }
}
process.disconnect()

function tell(error) {
  process.send({ file: current, ...(error && { fault: error.stack ?? String(error) }) })
}
