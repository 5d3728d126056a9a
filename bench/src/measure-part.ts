import { type Comparison, compare, type Effort } from './compare.js'
import type { Contestant } from './contestant.js'
import { exchangeableWasm, useEngine } from './engines.js'
import { handLoop } from './hand-loop.js'
import { createBatches, linear, mlp, type NetSpec } from './nets.js'
import { CONTROL_LIMIT_MICROS, type Part } from './parts.js'
import { type RowName, rows } from './rows.js'
import { compareStall } from './stall.js'

/** What a part gave: a comparison for each of its rows. */
export interface PartResult {
  readonly comparisons: Readonly<Record<string, Comparison>>
  /** How often the control was run, if there is one; the last one counts. */
  readonly controlRuns: number
}

const CONTROL_RUNS = 3
const BATCHES = 16

/** Measures one part. Sets the engine of this process. */
export async function measurePart(part: Part, isQuick: boolean): Promise<PartResult> {
  const spec = part.net === 'linear' ? linear : mlp
  const effort = isQuick ? part.quickEffort : part.effort
  if (part.engine === 'both wasm') {
    return { comparisons: { engines: await compareEngines(spec, effort) }, controlRuns: 0 }
  }
  await useEngine(part.engine)
  if ('stall' in part.rows) {
    return { comparisons: { stall: await compareStall(effort) }, controlRuns: 0 }
  }
  const batches = createBatches(spec, BATCHES)
  const comparisons: Record<string, Comparison> = {}
  const runRow = async (row: RowName): Promise<Comparison> => {
    const [baseline, candidate] = rows[row](spec, batches)
    const comparison = await compare(baseline, candidate, effort)
    await baseline.close()
    await candidate.close()
    comparisons[row] = comparison
    return comparison
  }
  let controlRuns = 0
  for (const row of Object.keys(part.rows) as RowName[]) {
    if (row !== 'control') {
      await runRow(row)
      continue
    }
    let isQuiet = false
    while (!isQuiet && controlRuns < CONTROL_RUNS) {
      controlRuns++
      const { difference } = await runRow(row)
      // Where a step takes milliseconds there is no bound in microseconds to protect.
      isQuiet = Math.abs(difference) <= CONTROL_LIMIT_MICROS || !hasMicros(part)
    }
  }
  return { comparisons, controlRuns }
}

/** Whether a part has a bound in microseconds, so that the control must be quiet. */
export function hasMicros(part: Part): boolean {
  return Object.values(part.rows).some((bound) => bound !== undefined && 'micros' in bound)
}

/** The hand-written loop on stock wasm against the same on ours, block by block in one process. */
async function compareEngines(spec: NetSpec, effort: Effort): Promise<Comparison> {
  const exchange = await exchangeableWasm()
  const batches = createBatches(spec, BATCHES)
  const on = (engine: 'stock' | 'regimen', name: string): Contestant => {
    const loop = handLoop(spec, batches)
    const block = (steps: number): Promise<number> => {
      exchange(engine)
      return loop.block(steps)
    }
    return { ...loop, name, block }
  }
  const stock = on('stock', 'hand loop on stock wasm')
  const regimen = on('regimen', 'hand loop on @regimen/backend-wasm')
  const comparison = await compare(stock, regimen, effort)
  await stock.close()
  await regimen.close()
  return comparison
}
