import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { buildBench } from '../build.mjs'
import type { MemoryReport } from '../src/memory.js'

// The young generation has its full size from the start: V8 doubles it somewhere in the run
// otherwise, once, which looks like a leak of 16 MB.
const FLAGS = ['--expose-gc', '--min-semi-space-size=16', '--max-semi-space-size=16']

// Whatever else runs on the machine moves resident memory too; a leak shows in every attempt.
const ATTEMPTS = 3

it('a run of 2,000 steps with validations leaves no tensor and does not grow', async () => {
  const script = fileURLToPath(new URL('memory.js', await buildBench()))
  const growths: number[] = []
  while (growths.length < ATTEMPTS && !growths.some((growth) => growth < 0.03)) {
    const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, script])
    const report = JSON.parse(stdout) as MemoryReport
    expect(report.samples).toHaveLength(100)
    expect(report.tensorsAfter).toBe(report.tensorsBefore)
    growths.push(report.growth)
  }
  expect(Math.min(...growths)).toBeLessThan(0.03)
}, 300_000)
