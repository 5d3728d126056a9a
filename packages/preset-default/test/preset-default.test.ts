import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Plugin, Trainer } from '@regimen/core'
import { expectNoTensorLeak } from '@regimen/testing'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type PresetDefaultOptions, presetDefault } from '../src/index.js'

let rootDir: string
let shown: string
const progress = { stream: { write: (text: string) => (shown += text) } }

beforeEach(() => {
  rootDir = mkdtempSync(join(tmpdir(), 'preset-default-'))
  shown = ''
})
afterEach(() => rmSync(rootDir, { recursive: true, force: true }))

const idsOf = (plugins: readonly Plugin[]) => plugins.map(({ id }) => id)

/** Fits a line whose `val_loss` falls, or rises once the weight is past its best. */
async function fit(options: PresetDefaultOptions, maxEpochs = 3, target = 100) {
  const w = tf.tidy(() => tf.variable(tf.scalar(0)))
  const optimizer = tf.train.sgd(1)
  const loss = () => tf.squaredDifference(w, target)
  const module = {
    trainingStep: () => tf.neg(w),
    validationStep: loss,
    variables: () => ({ w }),
    configureOptimizers: () => optimizer,
  }
  const plugins = presetDefault({ progress, ...options })
  const trainer = new Trainer({ maxEpochs, rootDir, sanityBatches: 0, plugins })
  const result = await trainer.fit(module, { train: [1, 2], validation: [1] })
  await trainer.dispose()
  optimizer.dispose()
  w.dispose()
  return result
}

describe('the default preset', () => {
  it('is progress, a CSV log and checkpoints', () => {
    expect(idsOf(presetDefault())).toEqual(['progress', 'csv-logger', 'checkpoint'])
  })

  it.each<[PresetDefaultOptions, readonly string[]]>([
    [{ progress: false }, ['csv-logger', 'checkpoint']],
    [{ csvLogger: false }, ['progress', 'checkpoint']],
    [{ checkpoint: false }, ['progress', 'csv-logger']],
    [{ progress: false, csvLogger: false, checkpoint: false }, []],
    [
      { earlyStopping: true, monitor: 'val_loss' },
      ['progress', 'csv-logger', 'early-stopping', 'checkpoint'],
    ],
    [{ checkpoint: { id: 'mine' }, csvLogger: { id: 'log' } }, ['progress', 'log', 'mine']],
  ])('with %j is %j', (options, ids) => {
    expect(idsOf(presetDefault(options))).toEqual(ids)
  })

  it('prints a line per epoch, and writes below rootDir', async () => {
    await expectNoTensorLeak(() => fit({}))
    expect(shown).toMatch(/epoch 3\/3 {2}.*loss -?[\d.]+ {2}val_loss [\d.]+/)
    expect(readdirSync(rootDir).toSorted()).toEqual(['checkpoints', 'csv'])
    const run = readdirSync(join(rootDir, 'checkpoints/version_0'))
    expect(run).toContain('last.safetensors')
    expect(run).not.toContain('best.safetensors')
    expect(readdirSync(join(rootDir, 'csv/version_0'))).toContain('metrics.csv')
    expect(shown).not.toContain('warning')
  })

  it('keeps the best checkpoint of a monitor', async () => {
    const {
      best: [best],
    } = await fit({ monitor: 'val_loss' }, 4, 4)
    expect(best).toMatchObject({ monitor: 'val_loss', mode: 'min', value: 0, epoch: 1 })
    expect(existsSync(join(rootDir, 'checkpoints/version_0/best.safetensors'))).toBe(true)
  })

  it('ends a run that no longer improves, and ranks its checkpoints by the same metric', async () => {
    const {
      stop,
      best: [best],
    } = await fit({ earlyStopping: { monitor: 'val_loss', patience: 2 } }, 9, 4)
    expect(stop).toMatchObject({ kind: 'plugin', plugin: 'early-stopping' })
    expect(best).toMatchObject({ monitor: 'val_loss', mode: 'min', value: 0, epoch: 1 })
    expect(existsSync(join(rootDir, 'checkpoints/version_0/best.safetensors'))).toBe(true)
  })

  it('resumes from what it has saved', async () => {
    await fit({})
    const trainer = new Trainer({ maxEpochs: 5, rootDir, plugins: presetDefault({ progress }) })
    const w = tf.variable(tf.scalar(0))
    const module = {
      trainingStep: () => tf.neg(w),
      variables: () => ({ w }),
      configureOptimizers: () => tf.train.sgd(1),
    }
    const { history } = await trainer.fit(module, { train: [1, 2] }, { resumeFrom: 'last' })
    expect([history.length, w.dataSync()[0]]).toEqual([5, 10])
    await trainer.dispose()
    w.dispose()
  })
})

describe('options', () => {
  it.each<[unknown, string]>([
    [{ progres: true }, 'presetDefault: "progres" is not known'],
    [{ csv: true }, 'In Regimen it is csvLogger.'],
    [
      { checkpoint: 'runs' },
      'presetDefault: "checkpoint" is "runs"; expected true, false or an object of options.',
    ],
    [{ progress: [] }, 'presetDefault: "progress" is'],
    [
      { mode: 'min' },
      'presetDefault: "monitor" is missing; expected the name of a metric, since "mode" is "min".',
    ],
    [
      { mode: 'less', monitor: 'loss' },
      'presetDefault: "mode" is "less"; expected "min" or "max".',
    ],
    [
      { monitor: '' },
      'presetDefault: "monitor" is ""; expected the name of a metric such as "val_loss".',
    ],
    [
      { monitor: 'score' },
      'checkpoint: "mode" is missing; expected "min" or "max", since "monitor" is "score".',
    ],
    [
      { earlyStopping: true },
      'earlyStopping: "monitor" is missing; expected the name of a metric such as "val_loss".',
    ],
    [
      { earlyStopping: { monitor: 'score' } },
      'earlyStopping: "mode" is missing; expected "min" or "max".',
    ],
    [{ earlyStopping: { monitor: 'loss', patiance: 1 } }, 'earlyStopping: "patiance" is not known'],
    [{ progress: { display: 'bar' } }, 'progress: "display" is "bar"'],
    [null, 'presetDefault: "options" is null'],
  ])('%j are an error at construction', (given, text) => {
    const construct = () => presetDefault(given as PresetDefaultOptions)
    expect(construct).toThrow(/^REG_OPTION_(INVALID|UNKNOWN): /)
    expect(construct).toThrow(text)
  })
})
