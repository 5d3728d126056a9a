import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { RunLibrary } from '../../packages/dashboard/src/library/run-library.js'
import { loadTable } from '../src/dashboard-load.js'
import { writeRuns } from '../src/dashboard-runs.js'

it('the tables that are measured are read whole, with the bits that are in them', async () => {
  const root = mkdtempSync(join(tmpdir(), 'regimen-bench-runs-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const [path = ''] = writeRuns(root, { runs: 2, steps: 3000 })
  const library = new RunLibrary(root)
  await library.refresh()
  expect(library.runs.map(({ faults, hparams }) => [faults, hparams])).toEqual([
    [[], { rate: 0.01 }],
    [[], { rate: 0.02 }],
  ])
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n')
  const cells = (at: number) => lines.map((line) => Number(line.split(',')[at]))
  const found = library.runs[0]?.series.map(({ name, values }) => [name, [...values.view()]])
  expect(found).toEqual([
    ['accuracy', cells(4)],
    ['loss', cells(5)],
  ])
})

it('a table of rounds has best, median and ratio, and no page where there is no browser', () => {
  const round = (wallMs: number, pageMs?: number) => ({
    plain: { wallMs: 2 * wallMs, cpuMs: 2 * wallMs },
    dashboard: { wallMs, cpuMs: wallMs },
    ...(pageMs !== undefined && { pageMs }),
  })
  const size = { runs: 20, steps: 100_000 }
  const whole = loadTable(size, [round(100, 50), round(300, 60), round(200, 70)])
  expect(whole).toContain('| regimen view reads | 100 | 200 | 0.50 |')
  expect(whole).toContain('| its page loads | 50 | 60 |  |')
  expect(whole).toContain('| both | 150 | 270 | 0.68 |')
  expect(loadTable(size, [round(100)])).not.toContain('page')
})
