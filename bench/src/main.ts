import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machineLine } from './machine-line.js'
import type { PartResult } from './measure-part.js'
import { type Part, parts } from './parts.js'
import { type Measured, tableOf, titles } from './report.js'

/**
 * Runs the bench and prints its tables.
 *
 * @param args `--quick` for a run under a minute that shows only that all works; `--json file`
 *   for every pair of blocks
 */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
  })
  const machine = machineLine()
  process.stdout.write(`${machine}${values.quick ? ', quick run: too short to judge by' : ''}\n\n`)
  const measured: Measured[] = []
  for (const table of Object.keys(titles) as Part['table'][]) {
    for (const [index, part] of parts.entries()) {
      if (part.table !== table) continue
      process.stderr.write(`measuring ${part.net} on ${part.engine}\n`)
      measured.push({ part, ...(await measureInChild(index, values.quick)) })
    }
    process.stdout.write(`${tableOf(table, measured)}\n`)
  }
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ machine, quick: values.quick, measured })}\n`)
  }
}

function measureInChild(index: number, isQuick: boolean): Promise<PartResult> {
  const script = fileURLToPath(new URL('child.js', import.meta.url))
  const child = fork(script, [String(index), isQuick ? 'quick' : 'full'], { silent: true })
  let output = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    let result: PartResult | undefined
    child.on('message', (message) => {
      result = message as PartResult
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      if (result) resolve(result)
      else reject(new Error(`measuring failed with exit code ${code}:\n${output}`))
    })
  })
}
