import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How many runs there are, and how many steps each has. */
export interface RunsSize {
  readonly runs: number
  readonly steps: number
}

/**
 * Writes runs as `@regimen/logger-csv` does: loss and accuracy of each step, float32 as downloaded tensors
 * are, which takes up to 17 digits.
 *
 * @returns paths of the tables
 */
export function writeRuns(root: string, { runs, steps }: RunsSize): string[] {
  return Array.from({ length: runs }, (_, run) => {
    const folder = join(root, 'csv', `version_${run}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'hparams.yaml'), `rate: ${(run + 1) / 100}\n`)
    writeFileSync(join(folder, 'metrics.jsonl'), '')
    const path = join(folder, 'metrics.csv')
    writeFileSync(path, tableOf(run, steps))
    return path
  })
}

function tableOf(run: number, steps: number): string {
  let state = run + 1
  const random = () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
  const lines = ['epoch,step,source,interval,accuracy,loss']
  for (let step = 0; step < steps; step++) {
    const loss = Math.fround(2 * Math.exp((-5 * step) / steps) + 0.1 * random())
    const accuracy = Math.fround(1 - loss / 3 + 0.01 * random())
    lines.push(`${Math.floor(step / 1000)},${step},train,step,${accuracy},${loss}`)
  }
  return `${lines.join('\n')}\n`
}
