import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, pythonWith } from '../../../tooling/oracle-python.js'
import { TensorBoard } from './helpers/real-tensorboard.js'
import { DOT, eventFiles, steps, writeRuns } from './helpers/runs.js'
import { Stand } from './helpers/stand.js'
import table from './tensorboard/read.json' with { type: 'json' }
import written from './tensorboard/written.json' with { type: 'json' }

const script = join(import.meta.dirname, 'tensorboard', 'read.py')
const folder = mkdtempSync(join(tmpdir(), 'logger-tensorboard-python-'))
const python = pythonWith('tensorboard')

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(!python)('EventAccumulator of Python', () => {
  interface Read {
    readonly plugins: Record<string, string>
    readonly values: Record<string, [number, number, unknown][]>
    readonly graph: string[]
  }
  const read = async (runs: Record<string, string[]>) => {
    const path = join(mkdtempSync(join(folder, 'files-')), 'files.json')
    writeFileSync(path, JSON.stringify(runs))
    return (await ask<{ runs: Record<string, Read> }>(python, script, path)).runs
  }

  it('reads in the committed files what the committed table says', async () => {
    expect(await read(written)).toEqual(table.runs)
  })

  it('reads every kind of record', async () => {
    const logdir = await writeRuns(mkdtempSync(join(folder, 'runs-')))
    const { version_0: found } = await read(eventFiles(logdir))
    const { plugins, values, graph } = found ?? { plugins: {}, values: {}, graph: [] }
    expect(plugins).toEqual({
      '_hparams_/session_end_info': 'hparams',
      '_hparams_/session_start_info': 'hparams',
      dot: 'images',
      epoch: 'scalars',
      loss: 'scalars',
      note: 'text',
      odd: 'scalars',
      val_loss: 'scalars',
      'weights/w': 'histograms',
    })
    expect(values.odd).toEqual([
      [0, 1_700_000_000, 'nan'],
      [1, 1_700_000_000, 'inf'],
      [2, 1_700_000_000, 0.25],
    ])
    expect(values.loss?.map(([step]) => step)).toEqual([...steps(0, 6), 4])
    expect(values.note?.[0]?.[2]).toEqual([Buffer.from('**bold** ü').toString('latin1')])
    expect(values.dot?.[0]?.[2]).toEqual(['1', '1', DOT.toString('latin1')])
    expect(values['weights/w']?.[0]?.[2]).toEqual([
      [-1, 0, 3],
      [0, 2, 4],
    ])
    expect(graph).toEqual(['one < ', 'two < one'])
  })

  it('reads all whole events of a file that is cut at any byte', async () => {
    const stand = await Stand.open(mkdtempSync(join(folder, 'cut-')))
    await stand.log('loss', steps(0, 4))
    await stand.close()
    const [file = ''] = stand.files()
    const whole = readFileSync(file)
    const cuts = [1, 7, 30, 80]
    const runs = cuts.map((cut) => [
      `cut ${cut}`,
      [whole.subarray(0, whole.length - cut).toString('base64')],
    ])
    for (const { values } of Object.values(await read(Object.fromEntries(runs)))) {
      const found = values.loss?.map(([step]) => step) ?? []
      expect(found).toEqual(steps(0, found.length))
      expect(found.length).toBeGreaterThan(1)
    }
  })
})

describe.skipIf(!python)('the server of TensorBoard', () => {
  type Point = [wallTime: number, step: number, value: number | string]
  interface Named {
    readonly name: { readonly tag: string }
  }
  let server: TensorBoard
  beforeAll(async () => {
    const logdir = await writeRuns(mkdtempSync(join(folder, 'served-')))
    server = new TensorBoard(python ?? '', logdir)
    type Tags = Record<string, Record<string, unknown>>
    await server.until<Tags>('plugin/scalars/tags', (tags) =>
      Boolean(tags.version_0?.val_loss && tags.version_1?.val_loss),
    )
  })
  afterAll(() => server?.stop())
  const ofTag = (plugin: string, tag: string) =>
    server.json<Point[]>(`plugin/${plugin}?run=version_0&tag=${encodeURIComponent(tag)}`)

  it('shows the runs', async () => {
    expect(await server.json('runs')).toEqual(['version_0', 'version_1'])
  })

  it('shows each step once, without those that a resumed run took back', async () => {
    const points = await ofTag('scalars/scalars', 'loss')
    expect(points.map(([, step]) => step)).toEqual(steps(0, 5))
    expect(points.map(([, , value]) => value)).toEqual(
      steps(0, 5).map((step) => Math.fround(step / 10)),
    )
  })

  it('shows NaN and infinite values', async () => {
    const points = await ofTag('scalars/scalars', 'odd')
    expect(points.map(([, , value]) => value)).toEqual(['NaN', 'Infinity', 0.25])
  })

  it('shows histograms, images and texts', async () => {
    const [[, step, bins] = []] = await ofTag('histograms/histograms', 'weights/w')
    expect([step, bins]).toEqual([
      3,
      [
        [-1, 0, 3],
        [0, 2, 4],
      ],
    ])
    const [image] = (await ofTag('images/images', 'dot')) as unknown as { query: string }[]
    const answer = await server.ask(`plugin/images/individualImage?${image?.query}`)
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(DOT)
    const [note] = (await ofTag('text/text', 'note')) as unknown as { text: string }[]
    expect(note?.text).toContain('<strong>bold</strong> ü')
  })

  it('shows the graph', async () => {
    const info = await server.json<Record<string, object>>('plugin/graphs/info')
    expect(info.version_0).toMatchObject({ run_graph: true })
    const graph = await (await server.ask('plugin/graphs/graph?run=version_0')).text()
    expect(graph).toMatch(/name: "two"\n\s+op: "Dense"\n\s+input: "one"/)
  })

  it('shows the hyperparameters of all runs with their metrics', async () => {
    const experiment = await server.json<{ hparamInfos: { name: string }[]; metricInfos: Named[] }>(
      'plugin/hparams/experiment',
      {},
    )
    expect(experiment.hparamInfos.map(({ name }) => name).sort()).toEqual([
      'dropout',
      'kind',
      'rate',
    ])
    expect(experiment.metricInfos.map(({ name }) => name.tag)).toContain('val_loss')
    const allowedStatuses = ['STATUS_SUCCESS', 'STATUS_FAILURE', 'STATUS_RUNNING', 'STATUS_UNKNOWN']
    const { sessionGroups } = await server.json<{ sessionGroups: SessionGroup[] }>(
      'plugin/hparams/session_groups',
      { allowedStatuses, sliceSize: 10, colParams: [] },
    )
    const groups = sessionGroups.map(({ name, hparams, sessions: [session], metricValues }) => {
      const value = metricValues?.find((metric) => metric.name.tag === 'val_loss')?.value
      return { name, hparams, status: session?.status, value }
    })
    expect(groups).toEqual([
      {
        name: 'version_0',
        hparams: { rate: 0.5, kind: 'conv' },
        status: 'STATUS_FAILURE',
        value: 0.75,
      },
      {
        name: 'version_1',
        hparams: { rate: 0.25, dropout: 0.1 },
        status: 'STATUS_SUCCESS',
        value: 0.5,
      },
    ])
  })
})

interface SessionGroup {
  readonly name: string
  readonly hparams: Record<string, unknown>
  readonly sessions: { readonly status: string }[]
  readonly metricValues?: { readonly name: { readonly tag: string }; readonly value: number }[]
}
