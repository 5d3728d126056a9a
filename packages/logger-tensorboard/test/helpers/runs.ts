import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WriterRecord } from '@regimen/logger-kit'
import { Stand } from './stand.js'

const at = { time: 1_700_000_000_000, step: 3, epoch: 0 }
/** A picture of one white dot. */
export const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAGQNbyAAAAABJRU5ErkJggg==',
  'base64',
)
const LAYERS = [
  { class_name: 'Dense', config: { name: 'one', units: 3 } },
  { class_name: 'Dense', config: { name: 'two', units: 1 } },
]
const MODEL = JSON.stringify({ class_name: 'Sequential', config: { name: 'm', layers: LAYERS } })

export const steps = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, step) => from + step)

/** What every plugin shows, of a run that is killed after step 5 and resumed from its step 4. */
export async function writeRuns(rootDir: string): Promise<string> {
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

/** The event files of a folder of runs as base64, in the order in which they are read. */
export function eventFiles(logdir: string): Record<string, string[]> {
  const runs = readdirSync(logdir).sort()
  return Object.fromEntries(runs.map((run) => [run, filesOf(join(logdir, run))]))
}

function filesOf(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.includes('tfevents'))
  return names.sort().map((name) => readFileSync(join(folder, name)).toString('base64'))
}
