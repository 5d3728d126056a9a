import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WriterRecord } from '@regimen/logger-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonWithTensorboard, TensorBoard } from './helpers/python.js'
import { Stand } from './helpers/stand.js'

const folder = mkdtempSync(join(tmpdir(), 'logger-tensorboard-python-'))
const python = await pythonWithTensorboard(folder)
if ('missing' in python) process.stdout.write(`TensorBoard tests skipped: ${python.missing}\n`)
const path = 'path' in python ? python.path : ''

const at = { time: 1_700_000_000_000, step: 3, epoch: 0 }
/** A picture of one white dot. */
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAGQNbyAAAAABJRU5ErkJggg==',
  'base64',
)
const LAYERS = [
  { class_name: 'Dense', config: { name: 'one', units: 3 } },
  { class_name: 'Dense', config: { name: 'two', units: 1 } },
]
const MODEL = JSON.stringify({ class_name: 'Sequential', config: { name: 'm', layers: LAYERS } })
const steps = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, step) => from + step)

/** What every plugin shows, of a run that is killed after step 5 and goes on from its step 4. */
async function writeRuns(rootDir: string): Promise<string> {
  const file = join(rootDir, 'dot.png')
  writeFileSync(file, DOT)
  const rate = (value: number): WriterRecord => ({
    ...at,
    seq: 1,
    kind: 'parameter',
    name: 'rate',
    value,
  })
  const first = await Stand.open(rootDir)
  await first.write([
    rate(0.5),
    { ...at, seq: 2, kind: 'parameter', name: 'kind', value: 'conv' },
    { ...at, seq: 3, kind: 'text', name: 'note', text: '**bold** ü', format: 'markdown' },
    { ...at, seq: 4, kind: 'histogram', name: 'weights/w', edges: [-1, 0, 2], counts: [3, 4] },
    {
      ...at,
      seq: 5,
      kind: 'image',
      name: 'dot',
      mime: 'image/png',
      width: 1,
      height: 1,
      file,
      size: DOT.length,
      sha256: '',
    },
    { ...at, seq: 6, kind: 'graph', format: 'keras-json', body: MODEL },
  ])
  await first.log('loss', steps(0, 6))
  await first.write(
    [Number.NaN, Number.POSITIVE_INFINITY, 0.25].flatMap((value, step) =>
      first.metrics({ odd: value }, { step }),
    ),
  )
  const second = await Stand.open(rootDir, {}, { state: first.state })
  await second.log('loss', [4])
  await second.write(
    second.metrics({ val_loss: 0.75 }, { ...at, step: 4, source: 'validation', interval: 'epoch' }),
  )
  await second.close('failed')
  await first.close('interrupted')
  const other = await Stand.open(rootDir, {}, { runId: 'b'.repeat(32) })
  await other.write([rate(0.25), { ...at, seq: 2, kind: 'parameter', name: 'dropout', value: 0.1 }])
  await other.write(
    other.metrics({ val_loss: 0.5 }, { ...at, source: 'validation', interval: 'epoch' }),
  )
  await other.close()
  return join(rootDir, 'tensorboard')
}

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(path === '')('EventAccumulator of Python', () => {
  const READ = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util
acc = EventAccumulator(sys.argv[1], size_guidance={"tensors": 0})
acc.Reload()
def values(tag):
    return [[e.step, e.wall_time, tensor_util.make_ndarray(e.tensor_proto).tolist()] for e in acc.Tensors(tag)]
def show(value):
    return value.decode("latin-1") if isinstance(value, bytes) else [show(v) for v in value] if isinstance(value, list) else str(value) if value != value or value in (float("inf"), float("-inf")) else value
tags = acc.Tags()["tensors"]
print(json.dumps({
  "tags": sorted(tags),
  "plugins": {t: acc.SummaryMetadata(t).plugin_data.plugin_name for t in tags},
  "values": {t: [[s, w, show(v)] for s, w, v in values(t)] for t in tags},
  "graph": [n.name + " < " + ",".join(n.input) for n in acc.Graph().node] if acc.Tags()["graph"] else None,
}))
`
  interface Read {
    readonly tags: string[]
    readonly plugins: Record<string, string>
    readonly values: Record<string, [number, number, unknown][]>
    readonly graph: string[] | null
  }
  const read = (logDir: string): Read =>
    JSON.parse(execFileSync(path, ['-c', READ, logDir], { encoding: 'utf8', stdio: 'pipe' }))

  it('reads every kind of record', async () => {
    const logdir = await writeRuns(mkdtempSync(join(folder, 'runs-')))
    const { plugins, values, graph } = read(join(logdir, 'version_0'))
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
    for (const cut of [1, 7, 30, 80]) {
      writeFileSync(file, whole)
      truncateSync(file, whole.length - cut)
      const found = read(stand.logDir).values.loss?.map(([step]) => step) ?? []
      expect(found).toEqual(steps(0, found.length))
      expect(found.length).toBeGreaterThan(1)
    }
  })
})

describe.skipIf(path === '')('the server of TensorBoard', () => {
  type Point = [wallTime: number, step: number, value: number | string]
  interface Named {
    readonly name: { readonly tag: string }
  }
  let server: TensorBoard
  beforeAll(async () => {
    const logdir = await writeRuns(mkdtempSync(join(folder, 'served-')))
    server = new TensorBoard(path, logdir)
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
