import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { loadCheckpoint } from '../src/index.js'
import { unpackSnapshot } from '../src/snapshot-file.js'
import { temporaryFolder } from './helpers/folder.js'
import { type Forgery, forge, type LooseHeader } from './helpers/forge.js'
import { shortRun } from './helpers/runs.js'

let rootDir = ''
let whole: Buffer
beforeEach(async () => {
  rootDir = temporaryFolder()
  await shortRun({ trainer: { rootDir, maxEpochs: 1 } })
  whole = readFileSync(join(rootDir, 'checkpoints/version_0/last.safetensors'))
})

type Loose = Record<string, unknown>
type Tensor = { dtype: unknown; shape: unknown; data_offsets: unknown }

const BIAS = 'module/hidden/bias'
const tensor = (change: (tensor: Tensor, header: LooseHeader) => void): Forgery => ({
  header: (header) => change(header[BIAS] as Tensor, header),
})
const tensorWith = (change: Loose) => tensor((it) => void Object.assign(it, change))
const metadata = (change: Loose): Forgery => ({
  header: (header) => void Object.assign(header.__metadata__, change),
})
const position = (change: Loose): Forgery => ({
  state: ({ position: found }) => void Object.assign(found as Loose, change),
})
const plugin = (change: Loose): Forgery => ({
  state: ({ plugins }) => void Object.assign((plugins as { checkpoint: Loose }).checkpoint, change),
})
const replaced = (from: string | RegExp, to: string): Forgery => ({
  text: (text) => text.replace(from, () => to),
})

const forgeries: readonly (readonly [what: string, forgery: Forgery, fault: RegExp])[] = [
  ['metadata that come twice, then as null', replaced(/\}$/, ',"__metadata__":null}'), /twice/],
  ['a tensor that comes twice', replaced(/\}$/, `,"${BIAS}":{}}`), /twice/],
  [
    'a key of its state that comes twice',
    replaced('\\"position\\"', '\\"position\\":{},\\"position\\"'),
    /twice/,
  ],
  ['a tensor called __proto__', replaced(/\}$/, ',"__proto__":{}}'), /"__proto__"/],
  [
    'a key __proto__ in its state',
    replaced('\\"position\\"', '\\"__proto__\\":{},\\"position\\"'),
    /"__proto__"/,
  ],
  [
    'a state nested to fill the stack',
    replaced('\\"position\\"', `\\"x\\":${'['.repeat(2e5)}${']'.repeat(2e5)},\\"position\\"`),
    /nested deeper/,
  ],
  ['no position', { state: (state) => void delete state.position }, /"meta.position" is missing/],
  [
    'a position of null',
    { state: (state) => void Object.assign(state, { position: null }) },
    /null/,
  ],
  ['a negative step', position({ step: -3 }), /"meta.position.step" is -3/],
  ['a fractional epoch', position({ epoch: 0.5 }), /"meta.position.epoch" is 0.5/],
  ['a huge batch', position({ batch: 1e300 }), /"meta.position.batch" is 1e\+300/],
  ['a NaN, which JSON makes null', position({ samples: Number.NaN }), /samples" is null/],
  ['a state that is no object', metadata({ state: '[]' }), /no state/],
  ['no state', { header: (it) => void delete it.__metadata__.state }, /no state/],
  ['a format that is no number', metadata({ regimen: 'x' }), /"x"/],
  [
    'no format',
    { header: (it) => void delete it.__metadata__.regimen },
    /no checkpoint of Regimen/,
  ],
  ['a number in its metadata', replaced('"regimen":"1"', '"regimen":1'), /__metadata__.regimen/],
  ['another dtype', tensorWith({ dtype: 'F64' }), /dtype" is "F64"; expected one of F32/],
  ['a dtype that objects have', tensorWith({ dtype: 'constructor' }), /"constructor"/],
  ['a negative length', tensorWith({ shape: [-4] }), /shape\[0\]" is -4/],
  ['a shape beyond all numbers', tensorWith({ shape: [2 ** 40, 2 ** 40] }), /expected 4/],
  ['a shape that is none', tensorWith({ shape: 4 }), /shape" is 4; expected a list/],
  ['offsets turned round', tensorWith({ data_offsets: [16, 0] }), /has the bytes \[16,0/],
  ['one offset', tensorWith({ data_offsets: [0] }), /has the bytes \[0\]/],
  ['no offsets', tensor((it) => void delete (it as Partial<Tensor>).data_offsets), /is missing/],
  [
    'tensors that overlap',
    tensor((it, header) => {
      const other = Object.entries(header).find(([name]) => name !== BIAS && name.endsWith('/bias'))
      Object.assign(it, other?.[1])
    }),
    /begins at byte/,
  ],
  [
    'offsets beyond its end',
    tensorWith({ data_offsets: [2 ** 30, 2 ** 30 + 16] }),
    /begins at byte|instead of/,
  ],
  ['a gap', { body: (body) => Buffer.concat([body, Buffer.alloc(4)]) }, /bytes instead of/],
  [
    'a tensor that is null',
    { header: (it) => void Object.assign(it, { [BIAS]: null }) },
    /bias" is null/,
  ],
  ['a header that is a list', { text: (text) => `[${text}]` }, /is damaged/],
]

describe('a checkpoint whose digests are right, with', () => {
  it.each(forgeries)('%s is damaged: the file and the fault are named', async (_, how, fault) => {
    const path = join(rootDir, 'forged.safetensors')
    writeFileSync(path, forge(whole, how))
    const wanted = {
      code: 'REG_CHECKPOINT_DAMAGED',
      message: expect.stringMatching(fault),
      data: { file: path, reason: expect.any(String) },
    }
    await expect(loadCheckpoint(path)).rejects.toMatchObject(wanted)
    const run = shortRun({ trainer: { rootDir, maxEpochs: 2 }, resumeFrom: path })
    await expect(run).rejects.toMatchObject(wanted)
  })

  it('nothing changed is whole', async () => {
    const path = join(rootDir, 'forged.safetensors')
    writeFileSync(path, forge(whole, {}))
    const { meta } = await loadCheckpoint(path)
    expect(meta.position.step).toBe(3)
  })

  it.each<[string, Forgery, RegExp]>([
    [
      'a score that is a text',
      { info: (it) => void Object.assign(it, { score: 'good' }) },
      /checkpoint.score/,
    ],
    [
      'a negative sequence',
      { info: (it) => void Object.assign(it, { sequence: -1 }) },
      /checkpoint.sequence/,
    ],
    [
      'nothing to say of itself',
      { header: (it) => void delete it.__metadata__.checkpoint },
      /JSON/,
    ],
  ])('%s is passed over with a warning', async (_, how, fault) => {
    const folder = join(rootDir, 'checkpoints/version_0')
    writeFileSync(join(folder, 'last.safetensors'), forge(whole, how))
    const reports: string[] = []
    const warn = process.emitWarning
    process.emitWarning = (text) => void reports.push(String(text))
    try {
      await shortRun({ trainer: { rootDir, maxEpochs: 2 }, resumeFrom: 'last' })
    } finally {
      process.emitWarning = warn
    }
    expect(reports.join('\n')).toMatch(fault)
    expect(reports.join('\n')).toMatch(/"version_0\/epoch=0-step=3.safetensors" is used instead/)
  })

  it.each<[string, Forgery, RegExp]>([
    ['another folder', plugin({ folder: '../outside' }), /"state.folder" is "..\/outside"/],
    ['a root', plugin({ folder: '/tmp' }), /"state.folder"/],
    ['a way up', plugin({ folder: '../version_0' }), /"state.folder"/],
    [
      'files elsewhere to remove',
      plugin({ dropped: ['../x.safetensors'] }),
      /"state.dropped\[0\]"/,
    ],
    ['a spared file elsewhere', plugin({ spared: 'a\\b.safetensors' }), /"state.spared"/],
    ['a negative count of saves', plugin({ sequence: -1 }), /"state.sequence" is -1/],
    ['a best that is none', plugin({ best: { score: 'x' } }), /"state.best.score"/],
  ])('%s in its plugin state is refused by name', async (_, how, fault) => {
    const path = join(rootDir, 'forged.safetensors')
    writeFileSync(path, forge(whole, how))
    const run = shortRun({ trainer: { rootDir, maxEpochs: 2 }, resumeFrom: path })
    await expect(run).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_MISMATCH',
      plugin: 'checkpoint',
      message: expect.stringMatching(fault),
    })
  })
})

describe('the tensors of a checkpoint', () => {
  it('are copies: each has memory of its own, and the file is as it was', async () => {
    const before = Buffer.from(whole)
    const { tensors } = await unpackSnapshot(whole, 'x')
    for (const { data } of Object.values(tensors)) {
      expect(data.byteLength).toBe(data.buffer.byteLength)
      data.fill(7)
    }
    expect(new Set(Object.values(tensors).map(({ data }) => data.buffer)).size).toBe(
      Object.keys(tensors).length,
    )
    expect(whole.equals(before)).toBe(true)
  })

  it('of a view in the middle of a larger buffer are right too', async () => {
    const larger = Buffer.concat([Buffer.alloc(13, 9), whole, Buffer.alloc(5, 9)])
    const view = larger.subarray(13, 13 + whole.length)
    expect(await unpackSnapshot(view, 'x')).toEqual(await unpackSnapshot(whole, 'x'))
    expect(larger.subarray(0, 13).every((byte) => byte === 9)).toBe(true)
  })
})
