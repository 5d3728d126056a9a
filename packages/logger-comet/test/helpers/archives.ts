import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WriterRecord } from '@regimen/logger-kit/writer'
import { Archive, type ExperimentFile } from '../../src/offline/archive.js'
import { archived } from '../../src/offline/messages.js'

export const KEY = 'a'.repeat(32)
export const EXPERIMENT: ExperimentFile = {
  offline_id: KEY,
  project_name: 'mnist',
  workspace: null,
  start_time: 1000,
  stop_time: 1000,
  tags: ['one'],
  resume_strategy: 'create',
  customer_error_reported: false,
  customer_error_message: null,
}
export const at = { seq: 1, time: 1500, step: 7, epoch: 2 }
let ids = 0
/** A record as an archive holds it. */
export const entry = (record: WriterRecord) => {
  const options = { prefix: undefined, newId: () => `${++ids}`.padStart(32, '0') }
  const made = archived(record, options)
  if (!made) throw new Error(`nothing is written for ${record.kind}`)
  return made
}
export const metric = (value: number): WriterRecord => {
  const what = { name: 'loss', source: 'train', interval: 'step', group: 1 } as const
  return { ...at, kind: 'metric', ...what, value }
}

/** Makes an archive with all kinds of records in a folder. */
export async function archiveOfAllKinds(folder: string): Promise<string> {
  writeFileSync(join(folder, 'picture.png'), 'png')
  writeFileSync(join(folder, 'model.bin'), 'weights')
  const archive = await Archive.begin(folder, EXPERIMENT)
  const stored = (name: string) => ({ file: join(folder, name), size: 1, sha256: 'abc' })
  const value = { endpoint: 'log-other', fields: { key: 'Name', value: 'first' } }
  await archive.append([entry(metric(0.5)), entry(metric(Number.NaN))])
  await archive.append(
    [
      { ...at, kind: 'parameter', name: 'optimizer/rate', value: 0.1 } as const,
      { ...at, kind: 'graph', format: 'text', body: 'x -> y' } as const,
      { ...at, kind: 'text', name: 'note', text: '<b>', format: 'html' } as const,
      { ...at, kind: 'text', name: 'note', text: 'plain', format: 'plain' } as const,
      { ...at, kind: 'histogram', name: 'w', edges: [0, 1], counts: [4] } as const,
      {
        ...at,
        ...stored('picture.png'),
        kind: 'image',
        name: 'picture',
        mime: 'image/png',
        width: 1,
        height: 1,
      } as const,
      {
        ...at,
        ...stored('model.bin'),
        kind: 'artifact',
        name: 'model.bin',
        type: 'checkpoint',
        metadata: {},
      } as const,
      { ...at, kind: 'other', name: 'log-other', value } as const,
    ].map(entry),
  )
  return archive.finish({ stop_time: 2000 })
}
