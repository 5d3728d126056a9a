import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { WriterRecord } from '@regimen/logger-kit'
import { describe, expect, it, vi } from 'vitest'
import { Stand, temporaryFolder } from './helpers/stand.js'

const at = { time: 1700000000000, step: 3, epoch: 1 }
const names = (folder: string) => readdirSync(folder).sort()

describe('the files of a run', () => {
  it('hold each value once, with where it comes from', async () => {
    const stand = await Stand.open(temporaryFolder(), { prefix: 'run' })
    await stand.write([
      ...stand.metrics({ loss: 0.5, accuracy: Number.NaN }, { ...at }),
      ...stand.metrics(
        { val_loss: Number.POSITIVE_INFINITY },
        { ...at, source: 'validation', interval: 'epoch' },
      ),
    ])
    await stand.close()
    expect(stand.table()).toEqual([
      'epoch,step,source,interval,run-accuracy,run-loss,run-val_loss',
      '1,3,train,step,NaN,0.5,',
      '1,3,validation,epoch,,,Infinity',
    ])
    const where = { t: 1700000000000, kind: 'metric', step: 3, epoch: 1 }
    const train = { ...where, context: 'train', interval: 'step' }
    const validation = { ...where, context: 'validation', interval: 'epoch' }
    expect(stand.lines()).toEqual([
      { ...train, seq: 1, name: 'run-loss', value: 0.5 },
      { ...train, seq: 2, name: 'run-accuracy', value: 'NaN' },
      { ...validation, seq: 3, name: 'run-val_loss', value: 'Infinity' },
    ])
  })

  it('hold hyperparameters, texts, histograms, images and the graph', async () => {
    const rootDir = temporaryFolder()
    const file = join(rootDir, 'image')
    writeFileSync(file, 'bytes')
    const stored = { file, size: 5, sha256: 'ab' }
    const records: WriterRecord[] = [
      { ...at, seq: 1, kind: 'parameter', name: 'rate', value: 0.1 },
      { ...at, seq: 2, kind: 'parameter', name: 'rate', value: 0.2 },
      { ...at, seq: 3, kind: 'text', name: 'note', text: 'größer', format: 'plain' },
      { ...at, seq: 4, kind: 'histogram', name: 'w', edges: [0, 1], counts: [3] },
      {
        ...at,
        seq: 5,
        kind: 'image',
        name: 'a/b c',
        mime: 'image/png',
        width: 1,
        height: 2,
        ...stored,
      },
      { ...at, seq: 6, kind: 'graph', format: 'keras-json', body: '{"config":1}' },
    ]
    const stand = await Stand.open(rootDir)
    await stand.write(records)
    await stand.close()
    expect(stand.read('hparams.yaml')).toBe(
      `# Hyperparameters of run ${'a'.repeat(32)}.\nrate: 0.2\n`,
    )
    expect(stand.read('images/a_b_c-0af99a60-3.png')).toBe('bytes')
    expect(stand.read('graph.json')).toBe('{"config":1}')
    expect(stand.lines().map(({ seq, name }) => `${seq} ${name}`)).toEqual([
      '1 rate',
      '2 rate',
      '3 note',
      '4 w',
      '5 a/b c',
      '6 graph',
    ])
    expect(stand.lines()[3]).toMatchObject({ edges: [0, 1], counts: [3] })
    expect(names(stand.logDir)).toEqual([
      'graph.json',
      'hparams.yaml',
      'images',
      'metrics.csv',
      'metrics.jsonl',
      'run.json',
    ])
  })

  it('are written without an image whose file is gone, which is rejected', async () => {
    const rootDir = temporaryFolder()
    const gone = { file: join(rootDir, 'gone'), size: 5, sha256: 'ab', width: 1, height: 2 }
    const stand = await Stand.open(rootDir)
    const result = await stand.write([
      ...stand.metrics({ a: 1 }),
      { ...at, seq: 2, kind: 'image', name: 'i', mime: 'image/png', ...gone },
    ])
    await stand.close()
    expect(result?.rejected).toEqual([
      { seq: 2, code: 'image', message: 'The file of image "i" is gone.' },
    ])
    expect(stand.table()).toHaveLength(2)
  })

  it('have whole rows where what was logged at once came in two batches', async () => {
    const stand = await Stand.open(temporaryFolder())
    const { maxItems = 0 } = stand.writer.capabilities
    const records = Array.from({ length: maxItems }, (_, step) =>
      stand.metrics({ a: step, b: step, c: step }, { step }),
    ).flat()
    for (let at = 0; at < records.length; at += maxItems) {
      await stand.write(records.slice(at, at + maxItems))
      expect(stand.read('metrics.csv')).not.toMatch(/,(,|$)/m)
    }
    await stand.close()
    const rows = stand.table().slice(1)
    expect(rows).toHaveLength(maxItems)
    expect(rows.every((row, step) => row === `0,${step},train,step,${step},${step},${step}`)).toBe(
      true,
    )
  })

  it('are those of the run for a run that is gone on with, also with a torn end', async () => {
    const rootDir = temporaryFolder()
    const first = await Stand.open(rootDir)
    await first.write([{ ...at, seq: 9, kind: 'parameter', name: 'rate', value: 0.1 }])
    await first.log({ a: 1, 'b,"c"': 2 })
    await first.close()
    for (const name of ['metrics.csv', 'metrics.jsonl'])
      appendFileSync(join(first.logDir, name), '0,1,tra')
    const second = await Stand.open(rootDir, { version: 7 }, { state: first.state })
    await second.write([{ ...at, seq: 10, kind: 'parameter', name: 'size', value: 3 }])
    await second.log({ a: 3, z: 4 })
    await second.close()
    expect(second.logDir).toBe(first.logDir)
    expect(second.table()).toEqual([
      'epoch,step,source,interval,a,"b,""c""",z',
      '0,0,train,step,1,2,',
      '0,0,train,step,3,,4',
    ])
    expect(second.lines()).toHaveLength(6)
    expect(second.read('hparams.yaml')).toContain('rate: 0.1\nsize: 3\n')
  })

  it.each([
    {
      what: 'are gone',
      change: (folder: string) => rmSync(folder, { recursive: true }),
      expected: 'version_5',
    },
    {
      what: 'are another run’s',
      change: (folder: string) =>
        writeFileSync(join(folder, 'hparams.yaml'), '# Hyperparameters of run b.\n'),
      expected: 'version_6',
    },
  ])('that $what are begun anew beside what is there', async ({ change, expected }) => {
    const rootDir = temporaryFolder()
    mkdirSync(join(rootDir, 'csv/version_4'), { recursive: true })
    const first = await Stand.open(rootDir)
    await first.log({ a: 1 })
    await first.close()
    change(first.logDir)
    const second = await Stand.open(rootDir, {}, { state: first.state })
    await second.log({ a: 2 })
    await second.close()
    expect(second.reports).toEqual([expect.stringContaining('a new one is begun')])
    expect(second.logDir).toBe(join(rootDir, 'csv', expected))
    expect(second.table()).toEqual(['epoch,step,source,interval,a', '0,0,train,step,2'])
  })
})

describe('a full disk', () => {
  it('leaves whole lines at every instant, and each value once when there is room again', async () => {
    const stand = await Stand.open(temporaryFolder())
    await stand.log({ a: 1 })
    const records = [
      ...stand.metrics({ a: 2 }, { step: 1 }),
      ...stand.metrics({ a: 3 }, { step: 2 }),
    ]
    const handle = await open(join(stand.logDir, 'metrics.csv'))
    const prototype = Object.getPrototypeOf(handle) as FileHandle
    await handle.close()
    const write = prototype.write as (...given: unknown[]) => Promise<unknown>
    for (let room = 0; room < 300; room += 7) {
      let left = room
      const spy = vi.spyOn(prototype, 'write')
      spy.mockImplementation(async function (this: FileHandle, ...given: unknown[]) {
        const [buffer, offset, length, position] = given
        if (left === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
        const count = Math.min(left, length as number)
        left -= count
        return write.call(this, buffer, offset, count, position)
      } as never)
      const failed = stand.write(records).then(
        () => false,
        (error: unknown) => {
          expect(error).toMatchObject({ name: 'LoggerError', kind: 'retry' })
          return true
        },
      )
      const hasFailed = await failed
      spy.mockRestore()
      for (const name of ['metrics.csv', 'metrics.jsonl']) expect(stand.read(name)).toMatch(/\n$/)
      if (!hasFailed) break
    }
    await stand.close()
    expect(stand.table().slice(1)).toEqual([
      '0,0,train,step,1',
      '0,1,train,step,2',
      '0,2,train,step,3',
    ])
    expect(stand.lines().map(({ value }) => value)).toEqual([1, 2, 3])
  })
})
