import '@tensorflow/tfjs-backend-cpu'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recording, training } from '@regimen/logger-kit/testing/training'
import { describe, expect, it } from 'vitest'
import { pythonWith } from '../../../tooling/oracle-python.js'
import { wandbLogger } from '../src/index.js'
import { temporaryFolder } from './helpers/folder.js'
import { readRecords } from './helpers/read-wandb.js'

const python = pythonWith('wandb, google.protobuf')
const script = join(import.meta.dirname, 'wandb', 'read.py')

interface Item {
  readonly key?: string
  readonly nested_key?: readonly string[]
  readonly value_json: string
}
type Fields = Readonly<Record<string, unknown>>
interface Read {
  readonly num: string
  readonly [kind: string]: unknown
}

describe.skipIf(!python)('the messages of the package wandb', () => {
  it('have all that was logged', async () => {
    const rootDir = temporaryFolder()
    const own = { project: 'digits', entity: 'team', name: 'first', tags: ['a'], thread: false }
    const hparams = { optimizer: { rate: 0.1 }, seed: 1 }
    const image = { mime: 'image/png', width: 1, height: 1, bytes: Uint8Array.of(1, 2) } as const
    const more = recording(
      { kind: 'image', name: 'picture', ...image },
      { kind: 'histogram', name: 'w', edges: [0, 1, 2], counts: [3, 4] },
    )
    const metrics = (step: number) => ({ odd: step === 1 ? Number.NaN : step })
    await training({ plugins: [wandbLogger(own), more], rootDir, hparams, metrics }).fit()
    const [folder = ''] = readdirSync(join(rootDir, 'wandb'))
    const id = folder.split('-').at(-1) ?? ''
    const file = readFileSync(join(rootDir, 'wandb', folder, `run-${id}.wandb`))
    const input = readRecords(file)
      .map((record) => record.toString('hex'))
      .join('\n')
    const records: Read[] = JSON.parse(
      execFileSync(python ?? '', [script], { input, encoding: 'utf8' }),
    )
    const of = (kind: string): Fields[] =>
      records.flatMap((record) => (record[kind] === undefined ? [] : [record[kind] as Fields]))
    expect(records.map(({ num }) => Number(num))).toEqual(records.map((_, at) => at + 1))
    expect(of('run')).toMatchObject([
      { run_id: id, project: 'digits', entity: 'team', display_name: 'first', tags: ['a'] },
    ])
    expect(of('metric')).toMatchObject([
      { name: 'trainer/global_step' },
      { glob_name: '*', step_metric: 'trainer/global_step', options: { step_sync: true } },
    ])
    const config = of('config').flatMap(({ update }) => update as Item[])
    expect(config).toEqual([
      { nested_key: ['optimizer', 'rate'], value_json: '0.1' },
      { key: 'seed', value_json: '1' },
    ])
    const rows = of('history').map(({ item }) =>
      Object.fromEntries((item as Item[]).map(({ key, value_json }) => [key, value_json])),
    )
    expect(rows.map((row) => row._step)).toEqual(rows.map((_, at) => String(at)))
    expect(rows.slice(0, 3).map(({ loss, odd }) => [loss, odd])).toEqual([
      ['0', '0'],
      ['1', 'NaN'],
      ['2', '2'],
    ])
    expect(of('files').flatMap(({ files }) => files)).toMatchObject([
      { path: 'wandb-metadata.json', type: 'WANDB' },
      { path: expect.stringMatching(/^media\/images\/picture_/), type: 'MEDIA' },
    ])
    expect(of('exit')).toHaveLength(1)
  })
})
