import { execFile } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { largestDifference, type TorchTables, torchTables } from './torch/tables.js'

const run = promisify(execFile)
const script = join(import.meta.dirname, 'torch', 'tables.py')
const environment = join(import.meta.dirname, '..', 'node_modules', '.cache', 'torch')
const MINUTES = 60_000

/** A python with PyTorch: the one on the path, else one in a virtual environment made for it. */
async function pythonWithTorch(): Promise<string> {
  const bin = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']
  const own = join(environment, ...bin)
  const hasTorch = (python: string) =>
    run(python, ['-c', 'import torch'], { timeout: MINUTES }).then(
      () => true,
      () => false,
    )
  for (const python of ['python3', own]) {
    if (await hasTorch(python)) return python
  }
  mkdirSync(environment, { recursive: true })
  if (!existsSync(own)) await run('python3', ['-m', 'venv', environment], { timeout: MINUTES })
  const install = ['-m', 'pip', 'install', '--quiet', '--retries', '0', '--timeout', '10', 'torch']
  await run(own, install, { timeout: 6 * MINUTES })
  return own
}

it('the tables are what PyTorch computes here and now', {
  timeout: 15 * MINUTES,
}, async (context) => {
  let python: string
  try {
    python = await pythonWithTorch()
  } catch (error) {
    const [why = ''] = String(error instanceof Error ? error.message : error).split('\n')
    return context.skip(`PyTorch cannot be installed: ${why}`)
  }
  const { stdout } = await run(python, [script], { maxBuffer: 2 ** 24, timeout: 5 * MINUTES })
  const found = JSON.parse(stdout) as TorchTables
  expect(Object.keys(found.schedules)).toEqual(Object.keys(torchTables.schedules))
  for (const [name, rates] of Object.entries(torchTables.schedules)) {
    expect([name, largestDifference(found.schedules[name] ?? [], rates) < 1e-12]).toEqual([
      name,
      true,
    ])
  }
  expect(found.plateaus.map(({ name }) => name)).toEqual(
    torchTables.plateaus.map(({ name }) => name),
  )
  for (const [index, { cases }] of torchTables.plateaus.entries()) {
    for (const [place, { options, rates }] of cases.entries()) {
      const other = found.plateaus[index]?.cases[place]
      expect(other?.options).toEqual(options)
      expect(largestDifference(other?.rates ?? [], rates)).toBeLessThan(1e-12)
    }
  }
})
