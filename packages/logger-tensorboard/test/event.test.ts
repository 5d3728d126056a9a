import { describe, expect, it } from 'vitest'
import { firstEvent, graphEvent, summaryEvent } from '../src/event.js'
import { graphDef } from '../src/graph-def.js'
import { experimentInfo, sessionEnd, sessionStart } from '../src/hparams.js'
import {
  histogramValue,
  imageValue,
  type SummaryValue,
  scalarValue,
  summaryValue,
  textValue,
} from '../src/summary.js'
import { tfRecords } from '../src/tf-record.js'

const bytes = (...parts: readonly (string | Uint8Array)[]) =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === 'string' ? Buffer.from(part.replaceAll(' ', ''), 'hex') : part,
    ),
  )
const ascii = (text: string) => Buffer.from(text, 'latin1')
const value = (of: SummaryValue) => Buffer.from(summaryValue(of, { isFirst: true }).finish())
/** 1 700 000 000 seconds as `wall_time`. */
const WALL_TIME = '09 00000040fc54d941'
const at = { time: 1_700_000_000_000, step: 300 }

describe('an event is the bytes that the field table tells', () => {
  it('the first of a file', () => {
    const writer = ascii('@regimen/logger-tensorboard')
    expect(Buffer.from(firstEvent(at.time))).toEqual(
      bytes(WALL_TIME, '1a 0d', ascii('brain.Event:2'), '52 1d 0a 1b', writer),
    )
  })

  it('a scalar, whose metadata come once', () => {
    const of = scalarValue('loss', 0.5)
    const [first, later] = [true, false].map((isFirst) => summaryValue(of, { isFirst }))
    const core = bytes('0a 04', ascii('loss'), '42 0a 0801 1200 2a 04 0000003f')
    const metadata = bytes('4a 0d 0a 09 0a 07', ascii('scalars'), '20 01')
    expect(Buffer.from(summaryEvent(at, [first as never]))).toEqual(
      bytes(WALL_TIME, '10 ac02 2a 23 0a 21', core, metadata),
    )
    expect(Buffer.from(summaryEvent({ ...at, step: 0 }, [later as never]))).toEqual(
      bytes(WALL_TIME, '2a 14 0a 12', core),
    )
  })

  it('a histogram', () => {
    expect(value(histogramValue('w', { edges: [-1, 0, 2], counts: [3, 4] }))).toEqual(
      bytes(
        '0a 01',
        ascii('w'),
        '42 3e 0802 1208 12020802 12020803 22 30',
        '000000000000f0bf 0000000000000000 0000000000000840',
        '0000000000000000 0000000000000040 0000000000001040',
        '4a 10 0a 0c 0a 0a',
        ascii('histograms'),
        '20 02',
      ),
    )
  })

  it('an image', () => {
    const picture = { width: 28, height: 7, bytes: Uint8Array.of(0x89, 0x50) }
    expect(value(imageValue('i', picture))).toEqual(
      bytes(
        '0a 01',
        ascii('i'),
        '42 13 0807 1204 12020803 42 02',
        ascii('28'),
        '42 01',
        ascii('7'),
        '42 02 8950',
        '4a 0c 0a 08 0a 06',
        ascii('images'),
        '20 03',
      ),
    )
  })

  it('a text', () => {
    expect(value(textValue('t', '**hi**'))).toEqual(
      bytes(
        '0a 01',
        ascii('t'),
        '42 10 0807 1204 12020801 42 06',
        ascii('**hi**'),
        '4a 0a 0a 06 0a 04',
        ascii('text'),
        '20 02',
      ),
    )
  })

  it('hyperparameters: which there are, those of a run, how it ended', () => {
    const hparams = { a: 's', b: true, c: 0.5 }
    const noTensor = '42 08 0801 1204 12020800'
    const about = (length: string, content: Buffer) => bytes('4a', length, content, '20 02')
    const named = (content: Buffer) =>
      bytes(
        '0a',
        Uint8Array.of(11 + content.length),
        '0a 07',
        ascii('hparams'),
        '12',
        Uint8Array.of(content.length),
        content,
      )
    const infos = bytes('22 05 0a01 61 20 01 22 05 0a01 62 20 02 22 05 0a01 63 20 03')
    const metric = bytes('2a 0a 0a 08 12 06', ascii('metric'))
    const experiment = named(bytes('12 21', infos, metric))
    expect(value(experimentInfo(hparams, ['metric']))).toEqual(
      bytes(
        '0a 14',
        ascii('_hparams_/experiment'),
        noTensor,
        about(hexOf(2 + experiment.length), experiment),
      ),
    )
    const start = named(
      bytes(
        '1a 2c 0a 08 0a01 61 12 03 1a01 73 0a 07 0a01 62 12 02 2001',
        '0a 0e 0a01 63 12 09 11 000000000000e03f 29 00000040fc54d941',
      ),
    )
    expect(value(sessionStart(hparams, at.time))).toEqual(
      bytes(
        '0a 1c',
        ascii('_hparams_/session_start_info'),
        noTensor,
        about(hexOf(2 + start.length), start),
      ),
    )
    const end = named(bytes('22 0b 08 02 11 00000040fc54d941'))
    expect(value(sessionEnd('failure', at.time))).toEqual(
      bytes(
        '0a 1a',
        ascii('_hparams_/session_end_info'),
        noTensor,
        about(hexOf(2 + end.length), end),
      ),
    )
  })

  it('a graph', () => {
    const node = { name: 'd', op: 'Dense', inputs: ['i'], attributes: { units: 3 } }
    const def = bytes(
      '0a 1a 0a01 64 12 05',
      ascii('Dense'),
      '1a 01 69 2a 0b 0a 05',
      ascii('units'),
      '12 02 18 03 22 03 08 bf08',
    )
    expect(Buffer.from(graphEvent(at, graphDef([node])))).toEqual(
      bytes(WALL_TIME, '10 ac02 22', Uint8Array.of(def.length), def),
    )
  })
})

it('records have their length and two masked checksums', () => {
  const record = bytes('09 00000040fc54d941')
  const framed = Buffer.from(tfRecords([record, record]))
  expect(framed.length).toBe(2 * (9 + 16))
  expect(framed.subarray(0, 25)).toEqual(framed.subarray(25))
  expect(framed.readBigUInt64LE(0)).toBe(9n)
  expect(framed.subarray(12, 21)).toEqual(record)
})

function hexOf(number: number): string {
  return number.toString(16).padStart(2, '0')
}
