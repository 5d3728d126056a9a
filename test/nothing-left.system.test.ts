import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { definePlugin, type FitOptions, type Plugin, Trainer } from '@regimen/core'
import { csvLogger } from '@regimen/logger-csv'
import { tensorboardLogger } from '@regimen/logger-tensorboard'
import { checkpoint } from '@regimen/plugin-checkpoint'
import { earlyStopping } from '@regimen/plugin-early-stopping'
import { progress } from '@regimen/plugin-progress'
import { profiler } from '@regimen/profiler'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

function line() {
  const start = tf.tensor1d([0.5])
  const w = tf.variable(start)
  start.dispose()
  onTestFinished(() => w.dispose())
  const loss = (x: tf.Tensor1D) => tf.mean(tf.square(tf.sub(tf.mul(x, w), 1))) as tf.Scalar
  return {
    w,
    trainingStep: loss,
    validationStep: (x: tf.Tensor1D) => ({ loss: loss(x) }),
    testStep: (x: tf.Tensor1D) => ({ loss: loss(x) }),
    variables: () => ({ w }),
    configureOptimizers: (): tf.Optimizer => tf.train.sgd(0.1),
    hparams: { rate: 0.1 },
  }
}

/** Batches without end, made anew in each epoch. */
const batches = () => [tf.tensor1d([1]), tf.tensor1d([2])]
const loader = (fail = false) => ({
  *[Symbol.iterator]() {
    if (fail) throw new Error('the loader fails')
    yield* batches()
  },
})
const data = () => ({ train: loader(), validation: loader() })

/** Everything below a folder with its content; nothing where it is not there. */
function contentOf(folder: string): Record<string, string> {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
    return Object.fromEntries(
      names.map((name) => {
        const path = join(folder, name)
        return [name, statSync(path).isDirectory() ? 'a folder' : readFileSync(path, 'base64')]
      }),
    )
  } catch {
    return { none: 'the folder does not exist' }
  }
}

interface Given {
  readonly maxEpochs?: number
  readonly first?: readonly Plugin[]
  readonly last?: readonly Plugin[]
  readonly options?: ConstructorParameters<typeof Trainer>[0]
}

/** Trainers whose plugins all write to one folder, and what they printed. */
function stand() {
  const parent = mkdtempSync(join(tmpdir(), 'regimen-left-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  const rootDir = join(parent, 'runs')
  const printed: string[] = []
  const stream = { write: (text: string) => printed.push(text), columns: 80, rows: 24 }
  const trainer = ({ maxEpochs = 2, first = [], last = [], options = {} }: Given = {}) =>
    new Trainer({
      maxEpochs,
      rootDir,
      ...options,
      plugins: [
        ...first,
        profiler({ mode: 'trace', output: 'profile', stream }),
        progress({ stream }),
        csvLogger(),
        tensorboardLogger(),
        checkpoint({ dir: 'checkpoints', onException: true }),
        ...last,
      ],
    })
  return { parent, rootDir, printed, trainer, content: () => contentOf(parent) }
}

const TABLE = /trainable/

const throwing = (hook: 'setup' | 'sanityStart' | 'fitStart' | 'epochStart') =>
  definePlugin({
    name: 'throwing',
    apply: ({ hooks }) =>
      hooks[hook].tap('throwing', () => {
        throw new Error('a plugin fails')
      }),
  })

describe('a fit that fails before its first batch leaves nothing and prints no table of the model', () => {
  type Case = readonly [
    name: string,
    error: RegExp,
    given: Given,
    module: () => object,
    data: () => object,
    options: FitOptions,
  ]
  const broken = (part: object) => () => ({ ...line(), ...part })
  const fails = () => {
    throw new Error('the module fails')
  }
  const epochs = { validateEvery: { epochs: 0.5 } }
  const cases: readonly Case[] = [
    ['resumes from nothing', /no checkpoint/, {}, line, data, { resumeFrom: 'nope' }],
    ['resumes from no last', /no checkpoint/, {}, line, data, { resumeFrom: 'last' }],
    [
      'has a plugin, the last, that throws in setup',
      /fails/,
      { last: [throwing('setup')] },
      line,
      data,
      {},
    ],
    [
      'has a plugin, the first, that throws in setup',
      /fails/,
      { first: [throwing('setup')] },
      line,
      data,
      {},
    ],
    [
      'has a plugin that throws in sanityStart',
      /fails/,
      { last: [throwing('sanityStart')] },
      line,
      data,
      {},
    ],
    [
      'has a plugin that throws in fitStart',
      /fails/,
      { last: [throwing('fitStart')] },
      line,
      data,
      {},
    ],
    [
      'has a plugin that throws in epochStart',
      /fails/,
      { last: [throwing('epochStart')] },
      line,
      data,
      {},
    ],
    ['has a module that fails in setup', /module fails/, {}, broken({ setup: fails }), data, {}],
    ['has no optimizers', /module fails/, {}, broken({ configureOptimizers: fails }), data, {}],
    [
      'has a module that fails in the sanity check',
      /module fails/,
      {},
      broken({ validationStep: fails }),
      data,
      {},
    ],
    [
      'has no validation loader',
      /validation/,
      {},
      line,
      () => ({ train: loader(), validation: () => undefined }),
      {},
    ],
    [
      'has a validation loader that fails',
      /loader fails/,
      {},
      line,
      () => ({ train: loader(), validation: loader(true) }),
      {},
    ],
    [
      'has a training loader that fails',
      /loader fails/,
      {},
      line,
      () => ({ train: loader(true) }),
      {},
    ],
    ['asks for a share of an epoch of unknown size', /0\.5/, { options: epochs }, line, data, {}],
    [
      'asks for a share of what a function makes',
      /0\.5/,
      { options: epochs },
      line,
      () => ({ ...data(), train: () => loader() }),
      {},
    ],
  ]
  it.each(cases)('%s', async (_, error, given, module, made, options) => {
    const { printed, trainer, content } = stand()
    const fit = trainer(given).fit(module() as never, made() as never, options)
    await expect(fit).rejects.toThrow(error)
    expect(content()).toEqual({})
    expect(printed.join('')).not.toMatch(TABLE)
  })

  it('fails in its first step', async () => {
    const { trainer, content } = stand()
    const module = broken({ trainingStep: fails })
    await expect(trainer().fit(module() as never, data())).rejects.toThrow(/module fails/)
    expect(content()).toEqual({})
  })

  it('has an optimizer that its checkpoint does not fit', async () => {
    const { trainer, content, printed } = stand()
    await trainer().fit(line(), data())
    const before = content()
    printed.length = 0
    const module = { ...line(), configureOptimizers: () => ({ other: tf.train.sgd(0.1) }) }
    const fit = trainer({ maxEpochs: 3 }).fit(module, data(), { resumeFrom: 'last' })
    await expect(fit).rejects.toMatchObject({ code: 'REG_CHECKPOINT_MISMATCH' })
    expect(content()).toEqual(before)
    expect(printed.join('')).not.toMatch(TABLE)
  })
})

describe('a run that has nothing to do changes nothing on disk', () => {
  it('where it had reached maxEpochs', async () => {
    const { trainer, content, printed } = stand()
    await trainer().fit(line(), data())
    expect(printed.join('')).toMatch(TABLE)
    const before = content()
    printed.length = 0
    const { stop } = await trainer().fit(line(), data(), { resumeFrom: 'last' })
    expect(stop.kind).toBe('maxEpochs')
    expect(content()).toEqual(before)
    expect(printed.join('')).not.toMatch(TABLE)
  })

  it('where its limit is 0 epochs', async () => {
    const { trainer, content, printed } = stand()
    await trainer({ maxEpochs: 0 }).fit(line(), data())
    expect(content()).toEqual({})
    expect(printed.join('')).not.toMatch(TABLE)
  })
})

describe('a test or validation that fails at its start changes nothing on disk', () => {
  it.each(['test', 'validate'] as const)('%s', async (stage) => {
    const { trainer, content } = stand()
    const failing = { isOn: false }
    const late = definePlugin({
      name: 'late',
      apply: ({ hooks }) =>
        hooks.setup.tap('late', () => {
          if (failing.isOn) throw new Error('a plugin fails')
        }),
    })
    const own = trainer({ last: [late] })
    await own.fit(line(), data())
    const before = content()
    const nope = own[stage](line(), loader(), { checkpoint: 'nope' })
    await expect(nope).rejects.toMatchObject({ code: 'REG_CHECKPOINT_MISSING' })
    failing.isOn = true
    await expect(own[stage](line(), loader())).rejects.toThrow('a plugin fails')
    expect(content()).toEqual(before)
  })
})

describe('a run that trains', () => {
  it('has the same number for its logs and checkpoints after one that failed', async () => {
    const { trainer, rootDir } = stand()
    await trainer().fit(line(), data())
    await trainer({ last: [throwing('fitStart')] })
      .fit(line(), data())
      .catch(() => undefined)
    await trainer().fit(line(), data())
    for (const folder of ['csv', 'tensorboard', 'checkpoints'])
      expect(readdirSync(join(rootDir, folder)).sort()).toEqual(['version_0', 'version_1'])
    const yaml = readFileSync(join(rootDir, 'csv/version_1/hparams.yaml'), 'utf8')
    expect(yaml).toContain('rate: 0.1')
  })

  it('logs the hyperparameters as they were before its first batch', async () => {
    const { trainer, rootDir } = stand()
    const module = line()
    const { trainingStep } = module
    module.trainingStep = (x) => {
      module.hparams.rate = 7
      return trainingStep(x)
    }
    await trainer().fit(module, data())
    const yaml = readFileSync(join(rootDir, 'csv/version_0/hparams.yaml'), 'utf8')
    expect(yaml).toContain('rate: 0.1')
  })

  it('is told before its first batch that its checkpoints cannot be saved', async () => {
    const { trainer, rootDir, printed } = stand()
    mkdirSync(rootDir)
    writeFileSync(join(rootDir, 'checkpoints'), 'a file')
    const module = line()
    let steps = 0
    const { trainingStep } = module
    module.trainingStep = (x) => {
      steps++
      return trainingStep(x)
    }
    const fit = trainer().fit(module, data())
    await expect(fit).rejects.toMatchObject({ code: 'REG_CHECKPOINT_WRITE' })
    expect(steps).toBe(0)
    expect(readdirSync(rootDir)).toEqual(['checkpoints'])
    expect(printed.join('')).not.toMatch(TABLE)
  })
})

it('a run that was stopped early, and is over, changes nothing on disk', async () => {
  const { trainer, content } = stand()
  const patient = () => earlyStopping({ monitor: 'val_loss', mode: 'max', patience: 1 })
  const first = await trainer({ maxEpochs: 50, last: [patient()] }).fit(line(), data())
  expect(first.stop.kind).toBe('plugin')
  const { epoch } = first.history.at(-1) as { epoch: number }
  const before = content()
  const given = { maxEpochs: epoch + 1, last: [patient()] }
  await trainer(given).fit(line(), data(), { resumeFrom: 'last' })
  expect(content()).toEqual(before)
})
