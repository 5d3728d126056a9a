import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Arrived, type LoggerSubject, loggerFailureSuite } from '@regimen/logger-kit/testing'
import { it } from 'vitest'
import { itemsOf, type ReadRecord, readAll } from './helpers/read-wandb.js'

const OWN = /^(_step|_timestamp|_runtime|epoch|trainer\/global_step)$/
const [HISTORY, CONFIG, FILES] = [2, 5, 6]
const KINDS = { 'image-file': 'image', histogram: 'histogram', 'table-file': 'text' } as const

function arrivedIn(folder: string): Arrived[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((run) => {
    const path = join(folder, run)
    const log = readdirSync(path).find((name) => name.endsWith('.wandb'))
    if (!log) return []
    return readAll(readFileSync(join(path, log))).flatMap((record) =>
      arrivedOf(record, join(path, 'files')),
    )
  })
}

function arrivedOf(record: ReadRecord, files: string): Arrived[] {
  if (record.kind === CONFIG) {
    return itemsOf(record).map(([name, value]) => ({ kind: 'parameter', name, value }))
  }
  if (record.kind === FILES) {
    const path = /[\w./-]+/.exec(String(record.fields.get(1)?.[0]).slice(2))?.[0] ?? ''
    if (path.startsWith('media/') || path.startsWith('wandb-')) return []
    const value = readFileSync(join(files, path), 'utf8')
    return [{ kind: path.startsWith('graph.') ? 'graph' : 'artifact', name: path, value }]
  }
  if (record.kind !== HISTORY) return []
  const row = itemsOf(record)
  const own = Object.fromEntries(row)
  const step = Number(own['trainer/global_step'])
  const time = Number(own._timestamp) * 1000
  return row.flatMap(([name, value]): Arrived[] => {
    if (OWN.test(name)) return []
    if (typeof value === 'number') return [{ kind: 'metric', name, value, step, time }]
    const { _type, path } = value as { _type: keyof typeof KINDS; path?: string }
    const content = path ? readFileSync(join(files, path), 'utf8') : value
    return [{ kind: KINDS[_type], name, value: content, step }]
  })
}

const subject: LoggerSubject = {
  entry: new URL('./helpers/entry.ts', import.meta.url),
  isFileWriter: true,
  kinds: ['metric', 'parameter', 'text', 'histogram', 'image', 'artifact', 'graph'],
  start: async (folder) => ({
    settings: null,
    received: async () => arrivedIn(join(folder, 'runs/wandb')),
    stop: async () => undefined,
  }),
}

// To the writer all deaths are one: the kit's own suite dies by every signal.
const cases = loggerFailureSuite(subject).filter(({ name }) => !/SIG(TERM|INT)/.test(name))

for (const { group, name, run } of cases) {
  it(`${group}: ${name}`, run)
}
