import { execFileSync, fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measureCsv } from './csv-loading.js'
import { measureDashboard } from './dashboard-load.js'
import { measureData } from './data-loading.js'
import { machineLine } from './machine-line.js'
import type { PartResult } from './measure-part.js'
import { modelContestants } from './model-contestants.js'
import { type ModelName, models } from './model-nets.js'
import { modelTable } from './model-report.js'
import { type ModelResult, measureRounds } from './model-rounds.js'
import { type Part, parts } from './parts.js'
import { type Measured, tableOf, titles } from './report.js'

/**
 * Runs the bench and prints its tables.
 *
 * @param args `--quick` for a short run that shows only that all works; `--json file` for every pair
 *   of blocks and every round; `--only models`, `--only loops`, `--only dashboard` or `--only data`
 *   for one part;
 *   `--node path` for another Node.js under the models
 */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      only: { type: 'string' },
      node: { type: 'string', default: process.execPath },
    },
  })
  const { quick, only, node } = values
  const machine = machineLine()
  process.stdout.write(`${machine}${quick ? ', quick run: too short to judge by' : ''}\n\n`)
  const isWanted = (part: string) => only === undefined || only === part
  const measured = isWanted('loops') ? await measureLoops(quick) : []
  const trained = isWanted('models') ? await measureModels(node, quick) : {}
  const loaded = isWanted('dashboard') ? await measureDashboard(quick) : []
  const made = isWanted('data') ? await measureData(quick) : []
  if (isWanted('data')) await measureCsv(quick)
  if (values.json !== undefined) {
    writeFileSync(
      values.json,
      `${JSON.stringify({ machine, quick, measured, trained, loaded, made })}\n`,
    )
  }
}

/** Regimen's loop beside others, table by table. */
async function measureLoops(isQuick: boolean): Promise<Measured[]> {
  const measured: Measured[] = []
  for (const table of Object.keys(titles) as Part['table'][]) {
    for (const [index, part] of parts.entries()) {
      if (part.table !== table) continue
      process.stderr.write(`measuring ${part.net} on ${part.engine}\n`)
      measured.push({ part, ...(await measureInChild(index, isQuick)) })
    }
    process.stdout.write(`${tableOf(table, measured)}\n`)
  }
  return measured
}

/** Engines beside PyTorch, model by model. */
async function measureModels(
  node: string,
  isQuick: boolean,
): Promise<Record<string, ModelResult[]>> {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  process.stdout.write(`Models on Node ${version}\n\n`)
  const contestants = modelContestants(node)
  const results: Record<string, ModelResult[]> = {}
  for (const [name, { title }] of Object.entries(models)) {
    process.stderr.write(`measuring ${title}\n`)
    results[name] = await measureRounds(name as ModelName, contestants, isQuick)
    process.stdout.write(`${modelTable(title, results[name])}\n`)
  }
  return results
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
