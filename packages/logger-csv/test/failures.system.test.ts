import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Arrived, type LoggerSubject, loggerFailureSuite } from '@regimen/logger-kit/testing'
import { expect, it } from 'vitest'

type Line = Readonly<Record<string, unknown>>

/** What is in `metrics.jsonl` and in `metrics.csv`, which must agree about metrics. */
function arrivedIn(folder: string): Arrived[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((version) => {
    const read = (name: string) => readFileSync(join(folder, version, name), 'utf8')
    const lines = read('metrics.jsonl').split('\n').filter(Boolean)
    const arrived = lines.map((line) => arrivedOf(JSON.parse(line) as Line))
    const metrics = arrived.filter(({ kind }) => kind === 'metric').length
    const table = read('metrics.csv').trimEnd().split('\n').slice(1)
    const cells = table.flatMap((row) => row.split(',').slice(4)).filter((cell) => cell !== '')
    expect(cells.length).toBe(metrics)
    return arrived
  })
}

function arrivedOf({ kind, name, value, sha256, step, t }: Line): Arrived {
  const what = { kind, name, value: value ?? sha256, step, time: t }
  return what as unknown as Arrived
}

const subject: LoggerSubject = {
  entry: new URL('./helpers/entry.ts', import.meta.url),
  isFileWriter: true,
  kinds: ['metric', 'parameter', 'text', 'histogram', 'image', 'graph'],
  start: async (folder) => ({
    settings: null,
    received: async () => arrivedIn(join(folder, 'runs/csv')),
    stop: async () => undefined,
  }),
}

for (const { group, name, run } of loggerFailureSuite(subject)) {
  it(`${group}: ${name}`, run)
}
