import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { WriterRecord } from '@regimen/logger-kit'
import { describe, expect, it, vi } from 'vitest'
import { readEvents, text } from './helpers/read-events.js'
import { Stand, temporaryFolder } from './helpers/stand.js'

const at = { time: 1_700_000_000_500, step: 3, epoch: 1 }
const steps = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, step) => from + step)

describe('metrics', () => {
  it('that were logged at once are one event, with the epoch', async () => {
    const stand = await Stand.open(temporaryFolder(), { prefix: 'run' })
    await stand.write(stand.metrics({ loss: 0.5, accuracy: 0.25 }, at))
    await stand.write(stand.metrics({ loss: 0.75 }, { ...at, interval: 'epoch' }))
    await stand.write(
      stand.metrics({ val_loss: 1 }, { ...at, source: 'validation', interval: 'epoch' }),
    )
    await stand.close()
    const [first, ...events] = stand.events()
    expect(first).toMatchObject({ fileVersion: 'brain.Event:2', wallTime: 1_700_000_000 })
    expect(events.map(({ step, wallTime }) => [step, wallTime])).toEqual(
      Array.from({ length: 3 }, () => [3, 1_700_000_000.5]),
    )
    expect(events.map(({ values }) => values.map(({ tag, scalar }) => [tag, scalar]))).toEqual([
      [
        ['run-loss', 0.5],
        ['run-accuracy', 0.25],
        ['epoch', 1],
      ],
      [
        ['run-loss_epoch', 0.75],
        ['epoch', 1],
      ],
      [['run-val_loss', 1]],
    ])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0])(
    'may be %d',
    async (value) => {
      const stand = await Stand.open(temporaryFolder())
      await stand.write(stand.metrics({ m: value }))
      await stand.close()
      expect(stand.points('m')).toEqual([[0, value]])
    },
  )

  it('have their metadata once in each file', async () => {
    const stand = await Stand.open(temporaryFolder())
    await stand.log('loss', [0, 1])
    await stand.close()
    await stand.reopen()
    await stand.log('loss', [2, 3])
    await stand.close()
    const plugins = stand
      .events()
      .flatMap(({ values }) => values.filter(({ tag }) => tag === 'loss'))
    expect(plugins.map(({ plugin }) => plugin)).toEqual([
      'scalars',
      undefined,
      'scalars',
      undefined,
    ])
    expect(plugins[0]?.dataClass).toBe(1)
  })

  it('may be called epoch', async () => {
    const stand = await Stand.open(temporaryFolder())
    await stand.write(stand.metrics({ epoch: 7 }, at))
    await stand.close()
    expect(stand.points('epoch')).toEqual([[3, 7]])
  })
})

describe('steps of a tag', () => {
  it('never go back within a run: what begins anew has a tag of its own', async () => {
    const stand = await Stand.open(temporaryFolder())
    const evaluation = { source: 'validation', interval: 'step' } as const
    await stand.log('v_step', [0, 1, 2], evaluation)
    await stand.log('v_step', [2, 0, 1], evaluation)
    await stand.close()
    await stand.reopen()
    await stand.log('v_step', [0, 1], evaluation)
    await stand.close()
    const stepsOf = (tag: string) => stand.points(tag).map(([step]) => step)
    expect(stepsOf('v_step')).toEqual([0, 1, 2, 2])
    expect(stepsOf('v_step (2)')).toEqual([0, 1])
    expect(stepsOf('v_step (3)')).toEqual([0, 1])
  })

  it('go back in a new file when a run is gone on with, so that TensorBoard drops what died', async () => {
    const rootDir = temporaryFolder()
    const first = await Stand.open(rootDir)
    await first.log('loss', steps(0, 6))
    const second = await Stand.open(rootDir, {}, { state: first.state })
    await second.log('loss', steps(4, 8))
    await second.close()
    expect(second.logDir).toBe(first.logDir)
    expect(second.files()).toHaveLength(2)
    expect(second.files()[0]).toBe(first.files()[0])
    expect(second.points('loss').map(([step]) => step)).toEqual([...steps(0, 6), ...steps(4, 8)])
    await first.close('interrupted')
  })
})

describe('other records', () => {
  it('are texts, histograms, images and the graph', async () => {
    const rootDir = temporaryFolder()
    const file = join(rootDir, 'image')
    writeFileSync(file, 'bytes')
    const stand = await Stand.open(rootDir)
    const layers = [{ class_name: 'Dense', config: { name: 'd', units: 3 } }]
    const model = JSON.stringify({ class_name: 'Sequential', config: { layers } })
    const result = await stand.write([
      { ...at, seq: 1, kind: 'text', name: 'note', text: '**größer**', format: 'markdown' },
      { ...at, seq: 2, kind: 'histogram', name: 'w', edges: [0, 1, 3], counts: [2, 5] },
      {
        ...at,
        seq: 3,
        kind: 'image',
        name: 'i',
        mime: 'image/png',
        width: 4,
        height: 2,
        file,
        size: 5,
        sha256: '',
      },
      { ...at, seq: 4, kind: 'graph', format: 'keras-json', body: model },
      { ...at, seq: 5, kind: 'graph', format: 'text', body: 'a -> b' },
    ])
    await stand.close()
    expect(result).toEqual({ rejected: [] })
    const [, note, histogram, image, graph, drawn] = stand.events()
    expect(note?.values[0]).toMatchObject({ tag: 'note', plugin: 'text', dataClass: 2 })
    expect(note?.values[0]?.strings.map(text)).toEqual(['**größer**'])
    expect(histogram?.values[0]).toMatchObject({ tag: 'w', doubles: [0, 1, 2, 1, 3, 5] })
    expect(image?.values[0]?.strings.map(text)).toEqual(['4', '2', 'bytes'])
    expect(text(graph?.graph ?? new Uint8Array())).toContain('Dense')
    expect(drawn?.values[0]).toMatchObject({ tag: 'graph', plugin: 'text' })
  })

  it('that cannot be are rejected with the reason, and the others are written', async () => {
    const rootDir = temporaryFolder()
    const gone = { file: join(rootDir, 'gone'), size: 5, sha256: '' }
    const stand = await Stand.open(rootDir)
    const result = await stand.write([
      { ...at, seq: 1, kind: 'histogram', name: 'w', edges: [0, 1], counts: [2, 5] },
      { ...at, seq: 2, kind: 'image', name: 'i', mime: 'image/png', width: 4, height: 2, ...gone },
      { ...at, seq: 3, kind: 'graph', format: 'keras-json', body: '{}' },
      { ...at, seq: 4, kind: 'text', name: 'note', text: 'good', format: 'plain' },
    ])
    await stand.close()
    expect(result).toEqual({
      rejected: [
        { seq: 1, code: 'histogram', message: expect.stringContaining('2 edges and 2 counts') },
        { seq: 2, code: 'image', message: expect.stringContaining('is gone') },
        { seq: 3, code: 'graph', message: expect.stringContaining('model.toJSON()') },
      ],
    })
    expect(stand.events().flatMap(({ values }) => values.map(({ tag }) => tag))).toEqual(['note'])
  })
})

describe('hyperparameters', () => {
  const parameters = (values: Readonly<Record<string, string | number | boolean | null>>) =>
    Object.entries(values).map(
      ([name, value]): WriterRecord => ({ ...at, seq: 1, kind: 'parameter', name, value }),
    )
  const tagsOf = (stand: Stand) =>
    stand.events().flatMap(({ values }) => values.map(({ tag }) => tag))

  it.each([
    ['finished', ['_hparams_/session_start_info', '_hparams_/session_end_info']],
    ['failed', ['_hparams_/session_start_info', '_hparams_/session_end_info']],
    ['interrupted', ['_hparams_/session_start_info']],
  ] as const)('of a run that is %s are the tags %j', async (status, expected) => {
    const stand = await Stand.open(temporaryFolder())
    await stand.write(parameters({ rate: 0.1, name: 'x', isOn: true, nothing: null }))
    await stand.close(status)
    expect(tagsOf(stand)).toEqual(expected)
  })

  it('come with the metrics of the table where they are named', async () => {
    const stand = await Stand.open(temporaryFolder(), { hparamMetrics: ['val_loss'] })
    await stand.write(parameters({ rate: 0.1 }))
    await stand.close('interrupted')
    expect(tagsOf(stand)).toEqual(['_hparams_/experiment', '_hparams_/session_start_info'])
  })

  it('that come in several batches are told together', async () => {
    const stand = await Stand.open(temporaryFolder())
    const { maxItems = 0 } = stand.writer.capabilities
    const many = Array.from({ length: maxItems + 1 }, (_, at) => [`p${at}`, at] as const)
    const records = parameters(Object.fromEntries(many))
    await stand.write(records.slice(0, maxItems))
    expect(tagsOf(stand)).toEqual([])
    await stand.write(records.slice(maxItems))
    await stand.close('interrupted')
    expect(tagsOf(stand)).toEqual(['_hparams_/session_start_info'])
    const [value] = stand.events().flatMap(({ values }) => values)
    expect(text(value?.content ?? new Uint8Array())).toContain(`p${maxItems}`)
  })

  it('that are told again by a run that is gone on with are not written again, new ones are a text', async () => {
    const rootDir = temporaryFolder()
    const first = await Stand.open(rootDir)
    await first.write(parameters({ rate: 0.1, size: 3 }))
    await first.close()
    const second = await Stand.open(rootDir, {}, { state: first.state })
    await second.write(parameters({ rate: 0.1, size: 3 }))
    await second.write(parameters({ rate: 0.2, size: 3, 'a|b': 1 }))
    await second.close()
    const values = second.events().flatMap((event) => event.values)
    expect(values.map(({ tag }) => tag)).toEqual([
      '_hparams_/session_start_info',
      '_hparams_/session_end_info',
      'hyperparameters',
    ])
    expect(values[2]?.strings.map(text)).toEqual([
      '| name | value |\n|---|---|\n| rate | 0.2 |\n| a\\|b | 1 |',
    ])
  })
})

describe('the files', () => {
  it('of a fresh run are in a folder of their own', async () => {
    const rootDir = temporaryFolder()
    const [first, second] = [await Stand.open(rootDir), await Stand.open(rootDir)]
    await Promise.all([first.close(), second.close()])
    expect([first, second].map(({ logDir }) => logDir)).toEqual([
      join(rootDir, 'tensorboard/version_0'),
      join(rootDir, 'tensorboard/version_1'),
    ])
    const [file = ''] = first.files()
    expect(basename(file)).toMatch(/^events\.out\.tfevents\.1700000000\..+\.v2$/)
  })

  it('of a run that is gone on with begin anew where the old ones are gone', async () => {
    const rootDir = temporaryFolder()
    const first = await Stand.open(rootDir)
    await first.close()
    rmSync(first.files()[0] as string)
    const second = await Stand.open(rootDir, {}, { state: first.state })
    await second.close()
    expect(second.logDir).toBe(join(rootDir, 'tensorboard/version_1'))
    expect(second.reports).toEqual([expect.stringContaining('a new log is begun')])
  })

  it('of another run stay as they are when its version is asked for, and that is said', async () => {
    const rootDir = temporaryFolder()
    const first = await Stand.open(rootDir, { version: 5 })
    await first.log('loss', [0])
    await first.close()
    const [file = ''] = first.files()
    const before = readFileSync(file)
    const second = await Stand.open(rootDir, { version: 5 }, { runId: 'b'.repeat(32) })
    await second.close()
    expect(second.reports).toEqual([expect.stringContaining('has events of an earlier run')])
    expect(readFileSync(file)).toEqual(before)
    expect(second.files()).toHaveLength(2)
  })

  it('with a torn end are left alone: the run goes on in a new one', async () => {
    const rootDir = temporaryFolder()
    const first = await Stand.open(rootDir)
    await first.log('loss', [0, 1])
    const [file = ''] = first.files()
    appendFileSync(file, 'torn')
    const before = readFileSync(file)
    const second = await Stand.open(rootDir, {}, { state: first.state })
    await second.log('loss', [1])
    await second.close()
    await first.close()
    expect(readFileSync(file)).toEqual(before)
    expect(readEvents(readFileSync(second.files()[1] as string))).toHaveLength(2)
  })
})

describe('a full disk', () => {
  it.each([0, 10, 100])('with room for %d bytes tears no file that goes on', async (room) => {
    const stand = await Stand.open(temporaryFolder())
    await stand.log('loss', [0])
    const handle = await open(stand.files()[0] as string)
    const prototype = Object.getPrototypeOf(handle) as FileHandle
    await handle.close()
    const write = prototype.write as (...given: unknown[]) => Promise<unknown>
    let left = room
    const spy = vi.spyOn(prototype, 'write')
    spy.mockImplementation(async function (this: FileHandle, ...given: unknown[]) {
      const [buffer, offset, length, position] = given
      if (left === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      const count = Math.min(left, length as number)
      left -= count
      return write.call(this, buffer, offset, count, position)
    } as never)
    const batch = [1, 2].flatMap((step) => stand.metrics({ loss: step }, { step }))
    for (const _ of [1, 2, 3]) {
      await expect(stand.write(batch)).rejects.toMatchObject({ kind: 'retry', name: 'LoggerError' })
    }
    spy.mockRestore()
    await stand.write(batch)
    await stand.close()
    const files = stand.files()
    expect(files).toHaveLength(room === 0 ? 1 : 2)
    const whole = files.slice(room === 0 ? 0 : 1).flatMap((path) => readEvents(readFileSync(path)))
    const points = whole.flatMap(({ step, values }) =>
      values.filter(({ tag }) => tag === 'loss').map(({ scalar }) => [step, scalar]),
    )
    expect(points.slice(-2)).toEqual([
      [1, 1],
      [2, 2],
    ])
  })
})
