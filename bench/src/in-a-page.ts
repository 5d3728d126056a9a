import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { chromiumPath, ISOLATED, resultOfPage } from './browser-page.js'
import { machineLine } from './machine-line.js'
import { type ModelName, models, netNames } from './model-nets.js'
import { type ModelSteps, modelSteps, type StepCounts } from './model-steps.js'
import { median } from './statistics.js'

const FULL: StepCounts = { warmUp: 10, blocks: 5, steps: 20 }
const QUICK: StepCounts = { warmUp: 5, blocks: 1, steps: 3 }

/**
 * Measures the models in Node and in a Chromium, with isolation and without, in turn, and prints a table.
 *
 * @param args `--quick` for a few steps that show only that all works; names of models, else all
 */
export async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false } },
  })
  const browser = chromiumPath()
  if (browser === undefined) {
    process.stdout.write('No Chromium is found, so no page is measured; CHROMIUM may name one.\n')
    return
  }
  const names = netNames.filter((name) => positionals.length === 0 || positionals.includes(name))
  const places = await placesOf(browser)
  process.stdout.write(`${machineLine()}${values.quick ? ', quick run' : ''}\n\n${HEAD}`)
  for (const name of names) {
    for (const line of await rowsOf(name, places, values.quick)) process.stdout.write(line)
  }
}

type Measure = (name: ModelName, counts: StepCounts) => Promise<ModelSteps>

/** A place where models are measured, and the one that it is compared with. */
interface Place {
  readonly title: string
  readonly against?: string
  readonly measure: Measure
}

const HEAD =
  '| model | place | best ms per step | median | of Node |\n| --- | --- | --- | --- | --- |\n'

async function rowsOf(
  name: ModelName,
  places: readonly Place[],
  isQuick: boolean,
): Promise<string[]> {
  const found = places.map(() => [] as ModelSteps[])
  for (let round = 0; round < (isQuick ? 1 : 3); round++) {
    for (const [i, { title, measure }] of places.entries()) {
      const run = await measure(name, isQuick ? QUICK : FULL)
      process.stderr.write(`${name} in ${title}: ${run.texts.join(' ')}\n`)
      found[i]?.push(run)
    }
  }
  const medians = found.map((runs) => median(runs.map(({ medianMs }) => medianMs)))
  return places.map(({ title, against }, i) => {
    const best = Math.min(...(found[i] ?? []).map(({ bestMs }) => bestMs))
    const here = medians[i] as number
    const other = medians[places.findIndex((place) => place.title === against)]
    const ratio = other === undefined ? '' : (here / other).toFixed(2)
    const cells = [models[name].title, title, best.toFixed(2), here.toFixed(2), ratio]
    return `| ${cells.join(' | ')} |\n`
  })
}

async function placesOf(browser: string): Promise<Place[]> {
  const script = await pageScript()
  const folder = dirname(
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/index.js'),
  )
  const inPage =
    (headers: Readonly<Record<string, string>>, inWorker = false): Measure =>
    async (model, counts) => {
      const query = encodeURIComponent(JSON.stringify({ model, counts, inWorker }))
      const result = await resultOfPage(browser, { script, headers, folder, query })
      if (typeof result === 'string') throw new Error(`The page failed: ${result}`)
      return result as ModelSteps
    }
  const inNode =
    (threads: 'auto' | 1): Measure =>
    (model, counts) =>
      modelSteps(model, { threads }, counts)
  return [
    { title: 'Node', measure: inNode('auto') },
    { title: 'a web worker, isolated', against: 'Node', measure: inPage(ISOLATED, true) },
    { title: 'a page, isolated', against: 'Node', measure: inPage(ISOLATED) },
    { title: 'Node, one thread', measure: inNode(1) },
    { title: 'a page, not isolated', against: 'Node, one thread', measure: inPage({}) },
  ]
}

/** The script of the page, with the packages as they are built. */
async function pageScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.js', import.meta.url))],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}
