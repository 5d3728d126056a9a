import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { definePlugin, type HookName, Trainer } from '@regimen/core'
import { processMark } from '@regimen/core/files'
import type * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { checkpoint, loadCheckpoint, memoryStore } from '../src/index.js'
import { checkpointsIn, temporaryFolder } from './helpers/folder.js'
import { curve, type NetBatch, net, valuesOf } from './helpers/net.js'
import { type ShortRun, shortRun } from './helpers/runs.js'

let rootDir = ''
beforeEach(() => {
  rootDir = temporaryFolder()
})

const folderOf = (version = 0) => join(rootDir, `checkpoints/version_${version}`)
const files = (version = 0) => checkpointsIn(folderOf(version))
const at = (name: string, version = 0) => join(folderOf(version), `${name}.safetensors`)
const run = (
  options: ShortRun['checkpoint'],
  trainer: ShortRun['trainer'] = {},
  more: ShortRun = {},
) => shortRun({ checkpoint: options, trainer: { rootDir, ...trainer }, ...more })
const byStep = {
  monitor: 'step',
  mode: 'max',
  topK: 2,
  every: { steps: 2 },
  last: false,
  filename: '{step}',
} as const

describe('resuming', () => {
  it('C082: into another folder begins a list of files anew and touches none of the old', async () => {
    await run({ dir: 'a', topK: -1 }, { maxEpochs: 2 })
    const before = checkpointsIn(join(rootDir, 'a/version_0'))
    const resumeFrom = join(rootDir, 'a/version_0/last.safetensors')
    await run({ dir: 'b', topK: -1 }, { maxEpochs: 3 }, { resumeFrom })
    expect(checkpointsIn(join(rootDir, 'a/version_0'))).toEqual(before)
    expect(checkpointsIn(join(rootDir, 'b/version_0'))).toEqual(['epoch=2-step=9', 'last'])
  })

  it('C083: never deletes the file that it came from', async () => {
    await run(byStep, { maxSteps: 5 })
    expect(files().filter((name) => name !== 'best')).toEqual(['step=2', 'step=4'])
    await run(byStep, { maxSteps: 8 }, { resumeFrom: at('step=4') })
    expect(files().filter((name) => name !== 'best')).toEqual(['step=4', 'step=6', 'step=8'])
  })

  it('retires a file that it came from once it is resumed from another', async () => {
    const numbered = () => files().filter((name) => name !== 'best')
    await run(byStep, { maxSteps: 5 })
    await run(byStep, { maxSteps: 8 }, { resumeFrom: at('step=4') })
    await run(byStep, { maxSteps: 8 }, { resumeFrom: at('step=8') })
    expect(numbered()).toEqual(['step=6', 'step=8'])
    await run(byStep, { maxSteps: 10 }, { resumeFrom: at('step=8') })
    expect(numbered()).toEqual(['step=10', 'step=8'])
    await run(byStep, { maxSteps: 14 }, { resumeFrom: at('step=10') })
    expect(numbered()).toEqual(['step=10', 'step=12', 'step=14'])
    await run(byStep, { maxSteps: 16 }, { resumeFrom: 'best' })
    expect(numbered()).toEqual(['step=14', 'step=16'])
  })

  it('C083: into another folder leaves the old files alone', async () => {
    await run(byStep, { maxSteps: 5 })
    await run({ ...byStep, dir: 'other' }, { maxSteps: 8 }, { resumeFrom: at('step=4') })
    expect(files().filter((name) => name !== 'best')).toEqual(['step=2', 'step=4'])
    expect(checkpointsIn(join(rootDir, 'other/version_0'))).toEqual(['best', 'step=6', 'step=8'])
  })

  it('C085: only checkpoints of the newest run count as last', async () => {
    await run({}, { maxEpochs: 1 })
    await run({}, { maxEpochs: 2 })
    const unfinished = ['last.safetensors.123-0.tmp', `last.safetensors.${processMark()}-0.tmp`]
    for (const name of ['log.txt', 'last', ...unfinished])
      writeFileSync(join(folderOf(1), name), 'x')
    mkdirSync(folderOf(2))
    const { history } = await run({}, { maxEpochs: 3 }, { resumeFrom: 'last' })
    expect(history).toHaveLength(3)
    expect((await loadCheckpoint(at('last', 1))).meta.position.epoch).toBe(3)
    // Nobody can tell whose the first is, and the process of the other lives.
    expect(readdirSync(folderOf(1))).toEqual(expect.arrayContaining(unfinished))
  })

  it.each([1, 2, 3])('C103: from the end of epoch %d of 3 the steps add up', async (epochs) => {
    await run({ topK: -1, filename: '{epoch}' }, { maxEpochs: 3 })
    let batches = 0
    const count = definePlugin({
      name: 'count',
      apply: ({ hooks }) => hooks.batchEnd.tap('count', () => void batches++),
    })
    const resumeFrom = at(`epoch=${epochs - 1}`)
    await run({ dir: 'other' }, { maxEpochs: 4, plugins: [count] }, { resumeFrom })
    expect(epochs * 3 + batches).toBe(12)
  })

  it('C105: and never having stopped come to the same files', async () => {
    const both = await Promise.all(
      [[4], [2, 4]].map(async (limits, index) => {
        const dir = `run-${index}`
        for (const [part, maxEpochs] of limits.entries()) {
          await run({ dir }, { maxEpochs }, part > 0 ? { resumeFrom: 'last' } : {})
        }
        const { meta, tensors } = await loadCheckpoint(
          join(rootDir, dir, 'version_0/last.safetensors'),
        )
        return { position: meta.position, history: meta.history, loaders: meta.loaders, tensors }
      }),
    )
    expect(both[1]).toEqual(both[0])
  })

  it('C114: from last where there is none is an error, never a fresh start', async () => {
    const fresh = run({}, {}, { resumeFrom: 'last' })
    await expect(fresh).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_MISSING',
      message: expect.stringMatching(/no checkpoint in .*checkpoints yet.*Omit resumeFrom/),
    })
    expect(existsSync(join(rootDir, 'checkpoints'))).toBe(false)
  })

  it('C115: from last finds that of an earlier run', async () => {
    await run({}, { maxEpochs: 1 })
    const { history } = await run({ last: false }, { maxEpochs: 2 }, { resumeFrom: 'last' })
    expect(history.map(({ epoch }) => epoch)).toEqual([0, 1])
  })

  it('C117: from best without a checkpoint plugin, or without a score, is an error', async () => {
    const module = net()
    const bare = new Trainer({ rootDir }).test(module, curve(4), { checkpoint: 'best' })
    await expect(bare).rejects.toMatchObject({ code: 'REG_SERVICE_MISSING' })
    module.dispose()
    await run({}, { maxEpochs: 1 })
    await expect(run({}, {}, { resumeFrom: 'best' })).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_MISSING',
      message: expect.stringMatching(/none is the best.*"monitor"/),
    })
  })

  it('C119: names the plugins whose states find nobody', async () => {
    const extra = definePlugin({ name: 'extra', apply: () => ({ saveState: () => 1 }) })
    await run({}, { maxEpochs: 1, plugins: [extra] })
    const reports: string[] = []
    const listen = definePlugin({
      name: 'listen',
      apply: ({ provide }) =>
        provide('reporter', { report: ({ message }) => void reports.push(message) }),
    })
    await run({}, { maxEpochs: 2, plugins: [listen] }, { resumeFrom: 'last' })
    expect(reports.join()).toMatch(/"extra", which is not used/)
  })

  it('C122: that trains nothing writes nothing', async () => {
    await run({}, { maxEpochs: 1 })
    const before = readFileSync(at('last'))
    for (let time = 0; time < 4; time++) await run({}, { maxEpochs: 1 }, { resumeFrom: 'last' })
    expect(readdirSync(join(rootDir, 'checkpoints'))).toEqual(['version_0'])
    expect(readFileSync(at('last')).equals(before)).toBe(true)
  })

  it('C123: from the best each time goes on from there', async () => {
    const options = { monitor: 'epoch', mode: 'max', filename: '{epoch}' } as const
    await run(options, { maxEpochs: 2 })
    for (const maxEpochs of [3, 4, 5]) {
      await run(options, { maxEpochs }, { resumeFrom: 'best' })
      expect(files()).toEqual(['best', `epoch=${maxEpochs - 1}`, 'last'])
    }
  })

  it('from an older state begins a run of its own and touches nothing of the old one', async () => {
    const scores = [3, 1, 2, 5]
    const options = { monitor: 'score', mode: 'min' } as const
    await run(options, { maxEpochs: 4 }, { scores })
    const before = files().map((name) => readFileSync(at(name)))
    const { history } = await run(
      options,
      { maxEpochs: 3 },
      { scores: [9, 9, 0.5], resumeFrom: 'best' },
    )
    expect(history.map(({ epoch }) => epoch)).toEqual([0, 1, 2])
    expect(files().map((name) => readFileSync(at(name)))).toEqual(before)
    expect(files(1)).toEqual(['best', 'epoch=2-step=9', 'last'])
  })

  it('goes on after the folder was moved', async () => {
    await run({}, { maxEpochs: 1 })
    renameSync(join(rootDir, 'checkpoints'), join(rootDir, 'moved'))
    await run({ dir: 'moved' }, { maxEpochs: 2 }, { resumeFrom: 'last' })
    expect(checkpointsIn(join(rootDir, 'moved/version_0'))).toEqual(['epoch=1-step=6', 'last'])
  })

  it('with a memory store, and tests with the best of the run just ended', async () => {
    const store = memoryStore()
    const module = net()
    const plugins = [checkpoint({ store, monitor: 'val_loss', mode: 'max' })]
    const trainer = new Trainer({ maxEpochs: 3, plugins })
    const validation = curve(8, { shuffle: false })
    const { history } = await trainer.fit(module, { train: curve(20), validation })
    const { val_loss } = await trainer.validate(module, validation, { checkpoint: 'best' })
    expect(val_loss).toBe(Math.max(...history.map((row) => row.val_loss ?? 0)))
    module.dispose()
  })
})

/** The hooks, whatever they are told. */
type AnyHooks = Record<string, { tap(name: string, fn: () => void): void }>

describe('an error', () => {
  const throwing = (hook: HookName) =>
    definePlugin({
      name: 'throwing',
      apply: ({ hooks, state }) =>
        (hooks as unknown as AnyHooks)[hook]?.tap('throwing', () => {
          if (state.step >= 4 || hook.startsWith('fit')) throw new Error('on purpose')
        }),
    })

  it.each(['trainingStep', 'validationStep'] as const)(
    'C086: in %s leaves exception.safetensors',
    async (name) => {
      let calls = 0
      const step = net()
      const lossOf = step.trainingStep as (batch: NetBatch) => tf.Scalar
      const module = {
        ...step,
        [name]: (batch: NetBatch) => {
          if (++calls > 4) throw new Error('on purpose')
          return lossOf(batch)
        },
      }
      const failing = run({}, { maxEpochs: 9 }, { module })
      await expect(failing).rejects.toThrow(/on purpose/)
      const { tensors } = await loadCheckpoint(at('exception'))
      expect(Object.keys(tensors)).toContain('module/hidden/kernel')
      module.dispose()
    },
  )

  it.each<HookName>([
    ...(['batch', 'batchStart', 'loss', 'gradients', 'stepStart', 'batchEnd'] as const),
    ...([
      'validationStart',
      'validationBatchStart',
      'validationBatchEnd',
      'validationEnd',
    ] as const),
    ...(['epochStart', 'epochEnd', 'monitor', 'save', 'fitEnd'] as const),
  ])('C087: of another plugin in %s leaves it too, and last as it was', async (hook) => {
    await expect(run({}, { maxEpochs: 3, plugins: [throwing(hook)] })).rejects.toThrow(/on purpose/)
    expect(files()).toContain('exception')
    await loadCheckpoint(at('exception'))
    expect((await loadCheckpoint(at('last'))).meta.position.phase).toBe('betweenEpochs')
  })

  it('after the weights were changed leaves no file, which could not be resumed from, and says so', async () => {
    const reports: string[] = []
    const listen = definePlugin({
      name: 'listen',
      apply: ({ provide }) =>
        provide('reporter', { report: ({ message }) => void reports.push(message) }),
    })
    const failing = run({}, { maxEpochs: 3, plugins: [listen, throwing('stepEnd')] })
    await expect(failing).rejects.toThrow(/on purpose/)
    expect(files()).toEqual(['epoch=0-step=3', 'last'])
    expect(reports.join()).toMatch(
      /could not be saved: .*Batch 1 of epoch 2 failed after weights had been changed.*newest is that after step 3/,
    )
  })

  it.each([
    [1, 1],
    [1, 2],
    [2, 0],
    [2, 1],
    [2, 2],
  ])('C111: in epoch %d after %d batches leaves these counters', async (epoch, batch) => {
    let batches = 0
    const step = net()
    const lossOf = step.trainingStep as (data: NetBatch) => tf.Scalar
    const trainingStep = (data: NetBatch) => {
      if (batches++ === 3 * epoch + batch) throw new Error('on purpose')
      return lossOf(data)
    }
    const failing = run({}, { maxEpochs: 9 }, { module: { ...step, trainingStep } })
    await expect(failing).rejects.toThrow(/on purpose/)
    const { meta } = await loadCheckpoint(at('exception'))
    expect(meta.position).toMatchObject({ epoch, batch, step: 3 * epoch + batch })
    step.dispose()
  })

  it.each([0.5, 1])('C113: in a validation every %d epochs can be resumed from', async (epochs) => {
    const trainer = { maxEpochs: 2, validateEvery: { epochs } }
    const whole = net()
    await run({ dir: 'whole' }, trainer, { module: whole, rows: 16 })
    await expect(
      run({}, { ...trainer, plugins: [throwing('validationBatchStart')] }, { rows: 16 }),
    ).rejects.toThrow()
    const module = net()
    await run({}, trainer, { module, rows: 16, resumeFrom: at('exception') })
    expect(valuesOf(module)).toEqual(valuesOf(whole))
    whole.dispose()
    module.dispose()
  })

  it('C118: leaves a file that is used only where it is named, not as last', async () => {
    await expect(run({}, { maxEpochs: 2, plugins: [throwing('batchEnd')] })).rejects.toThrow()
    const { history } = await run({}, { maxEpochs: 2 }, { resumeFrom: 'last' })
    expect(history).toHaveLength(2)
    const { meta } = await loadCheckpoint(at('exception'))
    expect(meta.position.step).toBe(4)
  })

  it('leaves nothing where that is not wanted', async () => {
    const options = { onException: false }
    await expect(run(options, { maxEpochs: 2, plugins: [throwing('batchEnd')] })).rejects.toThrow()
    expect(files()).not.toContain('exception')
  })
})
