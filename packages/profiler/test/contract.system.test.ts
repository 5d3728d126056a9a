import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pluginContract } from '@regimen/testing'
import { afterAll, it } from 'vitest'
import { profiler } from '../src/index.js'

const output = mkdtempSync(join(tmpdir(), 'regimen-profiler-'))
const stream = { write: () => true }
const readme = new URL('../README.md', import.meta.url)

afterAll(() => rmSync(output, { recursive: true }))

it.each([
  { mode: 'simple', output: false },
  { mode: 'simple', output, kernels: { step: 2 } },
  { mode: 'trace', output },
] as const)('keeps the plugin contract with %o', (options) =>
  pluginContract((own) => profiler({ ...options, stream, ...own }), { readme }),
)

// Each start of V8's profiler takes a tenth of a second: one short epoch per trial.
it('keeps the plugin contract with a CPU profile', () =>
  pluginContract((own) => profiler({ mode: 'advanced', output, stream, ...own }), {
    batches: 1,
    metrics: [{ loss: 1, val_loss: 1 }],
  }))
