import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { models } from './models.js'
import { recurrentModels } from './recurrent-models.js'
import type { Soak } from './soak.js'

const STEPS = 5000
/** What a process may grow by after step 500. */
const GROWTH = 1.03

/** The young generation of JavaScript may not grow in the middle, as Node 24 lets it. */
const YOUNG = '--max-semi-space-size=1'

const loader = join(import.meta.dirname, '../helpers/source-loader.mjs')
const script = join(import.meta.dirname, 'soak.ts')
const names = Object.keys({ ...models, ...recurrentModels }).filter((name) => name !== 'wide mlp')

describe.concurrent('a model keeps its memory over 5,000 replayed steps', () => {
  it.each(names)('%s', async (name) => {
    const { samples, text } = await soak(name)
    const passes = name === 'gan' ? 2 : 1
    expect(Number.parseInt(text ?? '', 10)).toBeGreaterThan(passes * (STEPS - 20))
    const settled = samples.filter(({ step }) => step >= 500)
    expect(settled).toHaveLength(19)
    expect(new Set(settled.map(({ tensors }) => tensors)).size).toBe(1)
    expect(new Set(settled.map(({ dataIds }) => dataIds)).size).toBe(1)
    // The lowest of three samples each: what a process has not given back yet comes and goes.
    const sizes = settled.map(({ rss }) => rss)
    const [first, last] = [sizes.slice(0, 3), sizes.slice(-3)]
    expect(Math.min(...last) / Math.min(...first)).toBeLessThan(GROWTH)
  })
})

/** Trains a model in a process of its own. */
async function soak(name: string): Promise<Soak> {
  const flags = [YOUNG, '--expose-gc', '--conditions=@regimen/source', '--import', loader]
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, [...flags, script, String(STEPS), name])
  const found = JSON.parse(stdout) as Record<string, Soak>
  return found[name] as Soak
}
