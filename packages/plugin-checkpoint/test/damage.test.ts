import { copyFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Trainer, type TrainerEvent } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { checkpoint, loadCheckpoint } from '../src/index.js'
import { temporaryFolder } from './helpers/folder.js'
import { curve, net } from './helpers/net.js'
import { shortRun } from './helpers/runs.js'

let rootDir = ''
let folder = ''
beforeEach(async () => {
  rootDir = temporaryFolder()
  folder = join(rootDir, 'checkpoints/version_0')
  await shortRun({ trainer: { rootDir, maxEpochs: 3 }, checkpoint: { topK: -1 } })
})

const at = (name: string) => join(folder, `${name}.safetensors`)
const flip = (path: string, place: number) => {
  const bytes = readFileSync(path)
  const index = place < 0 ? bytes.length + place : place
  bytes[index] = (bytes[index] ?? 0) ^ 4
  writeFileSync(path, bytes)
}

/** Resumes from `last`. @returns the step it began at, and what was reported */
async function resume(options = {}) {
  const reports: string[] = []
  let from = -1
  const module = net()
  const trainer = new Trainer({
    rootDir,
    maxEpochs: 4,
    plugins: [checkpoint({ topK: -1, ...options })],
  })
  trainer
    .on('report')
    .subscribe((report) => reports.push((report as TrainerEvent & { message: string }).message))
  trainer.hooks.fitStart.tap('test', ({ step }) => {
    from = step
  })
  try {
    await trainer.fit(
      module,
      { train: curve(12), validation: curve(4, { shuffle: false }) },
      { resumeFrom: 'last' },
    )
  } finally {
    module.dispose()
    await trainer.dispose()
  }
  return { from, reports: reports.join('\n') }
}

describe('a damaged file', () => {
  it('is noticed wherever a byte is flipped', async () => {
    const size = readFileSync(at('last')).length
    const step = Math.ceil(size / 150)
    const missed: number[] = []
    for (let place = 0; place < size; place += step) {
      const copy = join(rootDir, 'copy.safetensors')
      copyFileSync(at('last'), copy)
      flip(copy, place)
      await loadCheckpoint(copy).then(
        () => missed.push(place),
        (error) => expect(error).toMatchObject({ code: 'REG_CHECKPOINT_DAMAGED' }),
      )
    }
    expect(missed).toEqual([])
  })

  it.each<[string, () => void, RegExp]>([
    ['one byte is flipped', () => flip(at('last'), -5), /sha256 of its body/],
    ['its header is flipped', () => flip(at('last'), 700), /damaged/],
    ['its length is flipped', () => flip(at('last'), 1), /damaged/],
    [
      'it is one byte short',
      () => truncateSync(at('last'), readFileSync(at('last')).length - 1),
      /instead of/,
    ],
    ['it is empty', () => truncateSync(at('last'), 0), /damaged/],
    ['it is something else', () => writeFileSync(at('last'), 'no checkpoint at all'), /damaged/],
  ])('is named, and the next one is used, where %s', async (_, damage, text) => {
    damage()
    const { from, reports } = await resume()
    expect(from).toBe(9)
    expect(reports).toMatch(/"version_0\/last.safetensors" is damaged/)
    expect(reports).toMatch(text)
    expect(reports).toMatch(/"version_0\/epoch=2-step=9.safetensors" is used instead/)
    const whole = await loadCheckpoint(at('last'))
    expect(whole.meta.position.step).toBe(12)
  })

  it('is left out as far back as needed', async () => {
    for (const name of ['last', 'epoch=2-step=9']) flip(at(name), -1)
    const { from, reports } = await resume()
    expect(from).toBe(6)
    expect(reports).toMatch(/epoch=2-step=9.safetensors" is damaged/)
  })

  it('is an error where no other may be used, or none is whole', async () => {
    flip(at('last'), -1)
    await expect(resume({ fallback: false })).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_DAMAGED',
      message: expect.stringMatching(/last.safetensors" is damaged: the sha256/),
    })
    for (const epoch of [0, 1, 2]) rmSync(at(`epoch=${epoch}-step=${3 * epoch + 3}`))
    await expect(resume()).rejects.toMatchObject({ code: 'REG_CHECKPOINT_DAMAGED' })
  })

  it('is an error where it was asked for by its path', async () => {
    flip(at('epoch=1-step=6'), -1)
    const run = shortRun({ trainer: { rootDir }, resumeFrom: at('epoch=1-step=6') })
    await expect(run).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_DAMAGED',
      message: expect.stringMatching(/epoch=1-step=6/),
    })
  })
})

describe('a file', () => {
  it.each([
    ['"regimen":"1"', '"regimen":"7"', /format 7.*newer version: upgrade/],
    ['{\\"format\\":1', '{\\"format\\":9', /format 9.*newer version: upgrade/],
  ])('of a newer version, %s, says so', async (here, newer, text) => {
    const bytes = readFileSync(at('last'), 'latin1')
    expect(bytes).toContain(here)
    const path = join(rootDir, 'newer.safetensors')
    writeFileSync(path, bytes.replace(here, newer), 'latin1')
    const run = shortRun({ trainer: { rootDir }, resumeFrom: path })
    await expect(run).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_DAMAGED',
      message: expect.stringMatching(text),
    })
  })

  it('of another model lists each name and shape that differs, and changes nothing', async () => {
    const before = tf.memory().numTensors
    const module = net()
    const { 'hidden/bias': bias, 'out/bias': out, ...rest } = module.weights
    const wide = tf.tidy(() => tf.variable(tf.zeros([5])))
    const other = {
      ...module,
      variables: () => ({ ...rest, 'hidden/bias': wide, 'out/other': out as tf.Variable }),
    }
    const trainer = new Trainer({ rootDir, plugins: [checkpoint()] })
    await expect(
      trainer.fit(other, { train: curve(12) }, { resumeFrom: 'last' }),
    ).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_MISMATCH',
      message: expect.stringMatching(
        /^REG_CHECKPOINT_MISMATCH: The checkpoint ".*\/version_0\/last.safetensors" is of another model: missing in it \(1\): "out\/other"; not here \(1\): "out\/bias"; of another shape or dtype \(1\): "hidden\/bias" is float32 \[4\] in it and float32 \[5\] here. Use the module that it was saved with, or omit/,
      ),
    })
    expect([...wide.dataSync()]).toEqual([0, 0, 0, 0, 0])
    bias?.dispose()
    tf.dispose([module.weights, wide])
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each([
    ['optimizers of other names', () => ({ other: tf.train.adam(0.1) }), /has an optimizer "main"/],
    ['another kind of optimizer', () => tf.train.sgd(0.1), /has optimizer state that fits nothing/],
  ])('of %s is named, with what to do', async (_, configureOptimizers, text) => {
    const module = net({ configureOptimizers })
    const run = shortRun({ trainer: { rootDir, maxEpochs: 4 }, resumeFrom: at('last'), module })
    await expect(run).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_MISMATCH',
      message: expect.stringMatching(text),
    })
    await expect(run).rejects.toThrow(/The checkpoint ".*last.safetensors".*or omit resumeFrom/)
    module.dispose()
  })

  it('C102: that does not exist is an error that says where it was looked for', async () => {
    const run = shortRun({ trainer: { rootDir }, resumeFrom: 'no/such.safetensors' })
    await expect(run).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_MISSING',
      message: expect.stringMatching(/"no\/such.safetensors".*checkpoints/),
    })
    mkdirSync(join(rootDir, 'a-folder'))
    const onFolder = shortRun({ trainer: { rootDir }, resumeFrom: join(rootDir, 'a-folder') })
    await expect(onFolder).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_MISSING',
      message: expect.stringMatching(/EISDIR.*Give the path of a file in it/),
    })
    const misspelt = shortRun({ trainer: { rootDir }, resumeFrom: 'lst' })
    await expect(misspelt).rejects.toThrow(/Did you mean "last"\?$/)
  })
})

describe('index.json', () => {
  const index = () => join(folder, 'index.json')
  it.each<[string, () => void]>([
    ['is missing', () => rmSync(index())],
    ['is no JSON', () => writeFileSync(index(), '{')],
    [
      'is of another time',
      () =>
        writeFileSync(
          index(),
          readFileSync(index(), 'utf8')
            .replace(/"sequence": 3/g, '"sequence": 0')
            .replace(/"modifiedMs": /g, '"modifiedMs": 1'),
        ),
    ],
    [
      'lists what is not there',
      () => writeFileSync(index(), readFileSync(index(), 'utf8').replace(/epoch=2-/g, 'epoch=7-')),
    ],
    ['is of a newer version', () => writeFileSync(index(), '{ "format": 2 }')],
    ['is something else', () => writeFileSync(index(), 'null')],
  ])('that %s is made anew from the files', async (_, damage) => {
    const before = JSON.parse(readFileSync(index(), 'utf8'))
    damage()
    const { from } = await resume()
    expect(from).toBe(9)
    const { files } = JSON.parse(readFileSync(index(), 'utf8'))
    const older = files.filter(
      ({ step, file }: { step: number; file: string }) => step <= 9 && file !== 'last.safetensors',
    )
    const wanted = before.files.filter(({ file }: { file: string }) => file !== 'last.safetensors')
    expect(older).toEqual(wanted)
  })
})
