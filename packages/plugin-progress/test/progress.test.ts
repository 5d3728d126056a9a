import { definePlugin, Trainer, type TrainerOptions } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { widthOf } from '../src/format.js'
import { type ProgressOptions, progress } from '../src/index.js'
import { type FakeTerminal, fakeTerminal, shownBy } from './helpers/fake-terminal.js'
import { lineBatches, lineModule } from './helpers/line.js'

let tensorsBefore = 0
let now = 0

beforeAll(async () => {
  await tf.setBackend('cpu')
})
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
  now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  tensorsBefore = tf.memory().numTensors
})
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensorsBefore)
  vi.useRealTimers()
})

/** For fits without validation data, which the core would warn of. */
const unvalidated = { validationStep: undefined }

/** A module each of whose training and validation steps takes `stepMs`. */
function timedModule(stepMs: number, overrides: Parameters<typeof lineModule>[0] = {}) {
  const module = lineModule()
  const { trainingStep, validationStep } = module
  return {
    ...module,
    trainingStep: (...args: Parameters<typeof trainingStep>) => {
      now += stepMs
      return trainingStep(...args)
    },
    validationStep: (...args: Parameters<NonNullable<typeof validationStep>>) => {
      now += stepMs
      return validationStep?.(...args)
    },
    ...overrides,
  }
}

function trainerOn(
  terminal: FakeTerminal,
  options: Omit<TrainerOptions, 'plugins'> = {},
  progressOptions: ProgressOptions = {},
) {
  const plugin = progress({ stream: terminal, display: 'bars', ...progressOptions })
  return new Trainer({
    maxEpochs: 1,
    sanityBatches: 0,
    yieldEvery: Infinity,
    ...options,
    plugins: [plugin],
  })
}

const countsOf = (terminal: FakeTerminal, label: string): number[] => {
  const counts = terminal
    .frames(new RegExp(`^${label}.* (\\d+)/`))
    .map((line) => Number(/(\d+)\/\d+ /.exec(`${line.replace(label, '')} `)?.[1]))
  return [...new Set(counts)]
}

describe('bars', () => {
  it.each([
    [5, 2, 3, [0, 3, 5], [0, 2]],
    [5, 2, 6, [0, 5], [0, 2]],
    [1, 1, 3, [0, 1], [0, 1]],
    [2, 3, 1, [0, 1, 2], [0, 1, 2, 3]],
  ])(
    'C265: %d and %d batches of 1 ms, redrawn every %d ms: training at %j, validation at %j',
    async (train, validation, refreshMs, trained, validated) => {
      const terminal = fakeTerminal()
      const module = timedModule(1)
      const trainer = trainerOn(terminal, {}, { refreshMs })
      await trainer.fit(module, { train: lineBatches(train), validation: lineBatches(validation) })
      expect(countsOf(terminal, 'epoch 1/1')).toEqual(trained)
      expect(countsOf(terminal, 'validation')).toEqual(validated)
      module.dispose()
    },
  )

  it.each([
    [7, 7],
    [20, 20],
  ])(
    'C267: takes the total from maxSteps %d where the loader does not know its size',
    async (maxSteps, total) => {
      const terminal = fakeTerminal()
      const module = timedModule(100, unvalidated)
      const trainer = trainerOn(terminal, { maxSteps })
      await trainer.fit(module, { train: lineBatches(40, { isSized: false }) })
      expect(terminal.frames(new RegExp(` ${total}/${total}  10.0/s`))).not.toEqual([])
      module.dispose()
    },
  )

  it('shows count and rate only where nobody knows the total', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, unvalidated)
    await trainerOn(terminal).fit(module, { train: lineBatches(3, { isSized: false }) })
    expect(terminal.frames(/batches/)).toContain('epoch 1/1  2 batches  10.0/s  loss 0.6400')
    expect(terminal.text).not.toContain('left')
    module.dispose()
  })

  it('ends at the size that a loader said, also where it has more', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, unvalidated)
    const train = { size: 2, [Symbol.iterator]: () => lineBatches(4)[Symbol.iterator]() }
    await trainerOn(terminal).fit(module, { train })
    expect(countsOf(terminal, 'epoch 1/1')).toEqual([0, 1, 2])
    module.dispose()
  })

  it('shows no total once there are more batches than maxSteps, as not each of them is a step', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, unvalidated)
    let batches = 0
    const everySecond = definePlugin({
      name: 'every-second',
      apply: ({ hooks }) => {
        hooks.gradients.tap('every-second', (gradients) => (++batches % 2 ? null : gradients))
      },
    })
    const bars = progress({ stream: terminal, display: 'bars' })
    const trainer = new Trainer({ maxSteps: 2, sanityBatches: 0, plugins: [everySecond, bars] })
    await trainer.fit(module, { train: lineBatches(9, { isSized: false }) })
    expect(terminal.frames(/4 batches/)).not.toEqual([])
    module.dispose()
  })

  it('shows the sanity check, and a bar for each loader by its name', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(200)
    const trainer = trainerOn(terminal, { sanityBatches: 2 })
    const validation = { a: lineBatches(3), 日本: lineBatches(4) }
    await trainer.fit(module, { train: lineBatches(2), validation })
    expect(countsOf(terminal, 'sanity check a')).toEqual([0, 1, 2])
    expect(countsOf(terminal, 'sanity check 日本')).toEqual([0, 1, 2])
    expect(countsOf(terminal, 'validation a')).toEqual([0, 1, 2, 3])
    expect(countsOf(terminal, 'validation 日本')).toEqual([0, 1, 2, 3, 4])
    module.dispose()
  })

  it('reads metrics only when it draws', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(1, unvalidated)
    const trainer = trainerOn(terminal, {}, { refreshMs: 10 })
    let reads = 0
    const spy = definePlugin({
      name: 'spy',
      apply({ hooks }) {
        hooks.batchEnd.tap('spy', ({ metrics }) => {
          const atHand = metrics.atHand.bind(metrics)
          const counting = (name: string) => {
            reads++
            return atHand(name)
          }
          Object.assign(metrics, { atHand: counting })
        })
      },
    })
    trainer.use(spy)
    await trainer.fit(module, { train: lineBatches(50) })
    expect(reads).toBe(5)
    module.dispose()
  })

  it('leaves a line per epoch, counted from 1, and the results below', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100)
    const trainer = trainerOn(terminal, { maxEpochs: 2, sanityBatches: 1 }, { summary: false })
    await trainer.fit(module, { train: lineBatches(2), validation: lineBatches(1) })
    expect(shownBy(terminal.writes)).toMatchInlineSnapshot(`
      [
        "epoch 1/2  0.30 s  loss 0.8200  val_loss 0.4096",
        "epoch 2/2  0.30 s  loss 0.3359  val_loss 0.1678",
        "fit ended: reached maxEpochs",
        "2 epochs  4 steps  0.60 s  8 samples  13 samples/s",
        "metric      last  lowest (epoch)  highest (epoch)",
        "────────  ──────  ──────────────  ───────────────",
        "loss      0.3359      0.3359 (2)       0.8200 (1)",
        "val_loss  0.1678      0.1678 (2)       0.4096 (1)",
      ]
    `)
    module.dispose()
  })
})

describe('a line of an epoch', () => {
  it('has the metrics of a validation only in the epoch that had one', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(1)
    const options = { maxEpochs: 3, validateEvery: { epochs: 2 } }
    const trainer = trainerOn(terminal, options, { summary: false, results: false })
    await trainer.fit(module, { train: lineBatches(1), validation: lineBatches(1) })
    const hasValidation = shownBy(terminal.writes).map((line) => line.includes('val_loss'))
    expect(hasValidation).toEqual([false, true, false])
    module.dispose()
  })

  it.each([20, 30, 40, 200])('and everything else fit into %d columns', async (columns) => {
    const terminal = fakeTerminal({ columns })
    const module = timedModule(100, {
      validationStep: () => ({
        loss: Number.NaN,
        精度指標: Number.POSITIVE_INFINITY,
        tiny: 1e-300,
      }),
    })
    const trainer = trainerOn(terminal, { maxEpochs: 2, sanityBatches: 2 })
    const validation = { 'a loader with a long name': lineBatches(2) }
    await trainer.fit(module, { train: lineBatches(3), validation })
    await trainer.test(module, validation)
    const widths = terminal.text.split('\n').map(widthOf)
    expect(Math.max(...widths)).toBeLessThan(columns)
    module.dispose()
  })
})

describe('the rate', () => {
  it('does not count the time of a validation', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, {
      validationStep: () => {
        now += 60_000
        return { loss: 1 }
      },
    })
    const trainer = trainerOn(terminal, { validateEvery: { epochs: 0.5 } })
    await trainer.fit(module, { train: lineBatches(4), validation: lineBatches(1) })
    expect(terminal.frames(/^epoch.* 3\/4 {2}10\.0\/s/)).not.toEqual([])
    module.dispose()
  })

  it('of samples is that of this run, also where it goes on from another', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, unvalidated)
    const first = trainerOn(fakeTerminal())
    await first.fit(module, { train: lineBatches(5) })
    const resumeFrom = await first.snapshot()
    const second = trainerOn(terminal, { maxEpochs: 2 })
    await second.fit(module, { train: lineBatches(5) }, { resumeFrom })
    expect(terminal.text).toContain('2 epochs  10 steps  0.50 s  20 samples  20 samples/s')
    module.dispose()
  })
})

describe('ends', () => {
  it('shows where an interrupted fit ended, and why', async () => {
    const terminal = fakeTerminal()
    const controller = new AbortController()
    const module = timedModule(100, unvalidated)
    const trainer = trainerOn(terminal, { maxEpochs: 3 }, { summary: false })
    trainer.hooks.batchEnd.tap('user', ({ step }) => {
      if (step === 3) controller.abort('SIGINT')
    })
    await trainer.fit(module, { train: lineBatches(5) }, { signal: controller.signal })
    const shown = shownBy(terminal.writes)
    expect(shown[0]).toBe('epoch 1/3 interrupted after 3 batches  0.30 s')
    expect(shown[1]).toBe('fit ended: interrupted: SIGINT')
    expectLeft(terminal)
    module.dispose()
  })

  it('takes the bars away before an error reaches the caller', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, {
      validationStep: () => {
        throw new Error('no such file')
      },
    })
    const trainer = trainerOn(terminal, {}, { summary: false })
    const data = { train: lineBatches(2), validation: lineBatches(2) }
    await expect(trainer.fit(module, data)).rejects.toThrow('no such file')
    expect(shownBy(terminal.writes)).toEqual(['epoch 1/1 failed after 2 batches  0.20 s'])
    expectLeft(terminal)
    module.dispose()
  })

  it('takes the bars away where another plugin fails in teardown', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, unvalidated)
    const trainer = trainerOn(terminal)
    trainer.hooks.teardown.tap('user', () => {
      throw new Error('teardown failed')
    })
    await expect(trainer.fit(module, { train: lineBatches(2) })).rejects.toThrow('teardown failed')
    expectLeft(terminal)
    module.dispose()
  })

  it('takes the bars away where another plugin fails at the end of an epoch', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, unvalidated)
    const trainer = trainerOn(terminal)
    trainer.hooks.epochEnd.tap('user', () => {
      throw new Error('epochEnd failed')
    })
    await expect(trainer.fit(module, { train: lineBatches(2) })).rejects.toThrow('epochEnd failed')
    expectLeft(terminal)
    module.dispose()
  })

  it('begins anew in a second fit', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, unvalidated)
    const trainer = trainerOn(terminal, { maxEpochs: 2 }, { summary: false })
    await trainer.fit(module, { train: lineBatches(2) })
    terminal.writes.length = 0
    await trainer.fit(module, { train: lineBatches(2) })
    expect(terminal.text).toContain('epoch 1/2')
    expect(terminal.text).toContain('2 epochs  4 steps  0.40 s  8 samples  20 samples/s')
    expectLeft(terminal)
    module.dispose()
  })

  it('shows two trainers at once one below the other', async () => {
    const terminal = fakeTerminal()
    const [first, second] = [timedModule(100, unvalidated), timedModule(100, unvalidated)]
    await Promise.all([
      trainerOn(terminal, { maxEpochs: 2, yieldEvery: 0 }).fit(first, { train: lineBatches(4) }),
      trainerOn(terminal, { maxEpochs: 3, yieldEvery: 0 }).fit(second, { train: lineBatches(4) }),
    ])
    const shown = shownBy(terminal.writes).filter((line) => line.startsWith('epoch'))
    expect(shown.filter((line) => /^epoch \d\/2 {2}\d/.test(line))).toHaveLength(2)
    expect(shown.filter((line) => /^epoch \d\/3 {2}\d/.test(line))).toHaveLength(3)
    expect(terminal.writes.some((text) => /epoch \d\/2[^\n]*\n[^\n]*epoch \d\/3/.test(text))).toBe(
      true,
    )
    expectLeft(terminal)
    first.dispose()
    second.dispose()
  })
})

describe('other runs', () => {
  it('shows the metrics of a test and a validation as a table', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, {
      testStep: () => ({ loss: 0.25, 精度: Number.NaN, big: 1e300 }),
    })
    const trainer = trainerOn(terminal)
    await trainer.test(module, lineBatches(3))
    await trainer.validate(module, lineBatches(1))
    expect(shownBy(terminal.writes)).toEqual([
      'test ended',
      '3 batches  0.00 s',
      'metric          last',
      '─────────  ─────────',
      'test_loss     0.2500',
      'test_精度        NaN',
      'test_big   1.000e300',
      'validate ended',
      '1 batch  0.10 s',
      'metric     last',
      '────────  ─────',
      'val_loss  1.000',
    ])
    module.dispose()
  })

  it('shows a prediction', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, unvalidated)
    const outputs: unknown[] = []
    for await (const output of trainerOn(terminal).predict(module, lineBatches(3))) {
      now += 1000
      outputs.push(output)
    }
    expect(outputs).toEqual([2, 2, 2])
    expect(countsOf(terminal, 'predict')).toContain(2)
    expect(shownBy(terminal.writes)).toEqual(['predict ended', '3 batches  3.0 s'])
    expectLeft(terminal)
    module.dispose()
  })

  it('takes the bar away when the caller of predict leaves early', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, unvalidated)
    for await (const _ of trainerOn(terminal).predict(module, lineBatches(3))) break
    expectLeft(terminal)
    module.dispose()
  })

  it('shows nothing at the end where results: false', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(100, unvalidated)
    const trainer = trainerOn(terminal, {}, { results: false, summary: false })
    await trainer.fit(module, { train: lineBatches(2) })
    await trainer.test(module, lineBatches(2))
    expect(shownBy(terminal.writes)).toEqual(['epoch 1/1  0.20 s  loss 0.8200'])
    module.dispose()
  })
})

describe('lines', () => {
  it('prints one now and then, more and more rarely, and one per epoch', async () => {
    const terminal = fakeTerminal({ isTTY: false })
    const module = timedModule(1000, unvalidated)
    const options = { display: 'lines', summary: false, results: false } as const
    const trainer = trainerOn(terminal, { maxEpochs: 2 }, options)
    await trainer.fit(module, { train: lineBatches(75) })
    expect(terminal.writes.map((line) => line.replace(/ {2}loss .*/s, ''))).toEqual([
      'epoch 1/2  10/75  1.0/s  1:05 left',
      'epoch 1/2  30/75  1.0/s  45 s left',
      'epoch 1/2  70/75  1.0/s  5 s left',
      'epoch 1/2  1:15',
      'epoch 2/2  10/75  1.0/s  1:05 left',
      'epoch 2/2  30/75  1.0/s  45 s left',
      'epoch 2/2  70/75  1.0/s  5 s left',
      'epoch 2/2  1:15',
    ])
    expect(terminal.writes.join('')).not.toContain('\u001B')
    module.dispose()
  })

  it('prints a line for each validation in mid-epoch', async () => {
    const terminal = fakeTerminal({ isTTY: false })
    const module = timedModule(0, { validationStep: () => ({ loss: 0.5, good: 1 }) })
    const options = { display: 'lines', summary: false, results: false } as const
    const trainer = trainerOn(terminal, { validateEvery: { epochs: 0.5 } }, options)
    await trainer.fit(module, { train: lineBatches(4), validation: lineBatches(1) })
    expect(terminal.writes).toEqual([
      'epoch 1/1, batch 2:  val_loss 0.5000  val_good 1.000\n',
      'epoch 1/1  0.00 s  loss 0.5779  val_loss 0.5000  val_good 1.000\n',
    ])
    module.dispose()
  })
})

describe('reports', () => {
  it('appear above the bar, and as lines where there is none', async () => {
    const talker = definePlugin({
      name: 'talker',
      apply({ hooks, report }) {
        hooks.batchEnd.tap('talker', ({ step }) => {
          if (step === 1) report.warn('look out')
          if (step === 2) report.info('all is well')
        })
      },
    })
    for (const display of ['bars', 'lines'] as const) {
      const terminal = fakeTerminal()
      const module = timedModule(100, unvalidated)
      const trainer = trainerOn(terminal, {}, { display, summary: false, results: false })
      trainer.use(talker)
      await trainer.fit(module, { train: lineBatches(3) })
      expect(shownBy(terminal.writes)).toEqual([
        'warning talker: look out',
        'talker: all is well',
        'epoch 1/1  0.30 s  loss 0.6832',
      ])
      module.dispose()
    }
  })
})

describe('the summary', () => {
  it('comes before a fit, and not before other runs', async () => {
    const terminal = fakeTerminal()
    const module = timedModule(1, unvalidated)
    const trainer = trainerOn(terminal)
    await trainer.test(module, lineBatches(1))
    expect(terminal.text).not.toContain('params')
    await trainer.fit(module, { train: lineBatches(1) })
    expect(terminal.text).toContain('1 params  1 trainable  0 non-trainable  4 B')
    module.dispose()
  })
})

/** No timer, listener or taken-over stream outlives a run, and the last line is ended. */
function expectLeft(terminal: FakeTerminal): void {
  expect(terminal.listenerCount).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
  expect(terminal.text.endsWith('\n')).toBe(true)
  const before = terminal.writes.length
  terminal.write('mine')
  expect(terminal.writes.slice(before)).toEqual(['mine'])
}

it('the line of an epoch shows every metric, in the order of the table at the end', async () => {
  const terminal = fakeTerminal({ columns: 60 })
  const many = { z_late: 1, accuracy: 0.5, f1: 0.25, precision: 0.75, recall: 0.125 }
  const shape = lineModule()
  const module = {
    ...shape,
    trainingStep: (...args: Parameters<typeof shape.trainingStep>) => ({
      ...many,
      loss: shape.trainingStep(...args) as tf.Scalar,
    }),
    validationStep: () => ({ ...many, loss: 2 }),
  }
  const data = { train: lineBatches(2), validation: lineBatches(1) }
  await trainerOn(terminal, { maxEpochs: 2 }).fit(module, data)
  const shown = shownBy(terminal.writes)
  const start = shown.findIndex((line) => line.startsWith('epoch 2/2'))
  const end = shown.findIndex((line) => line.startsWith('fit ended'))
  const inLine = shown
    .slice(start, end)
    .flatMap((line) => line.split(/ {2,}/))
    .slice(2)
    .map((part) => part.split(' ')[0])
    .filter((name) => name !== '')
  const table = shown.slice(shown.findLastIndex((line) => line.startsWith('───')) + 1)
  const inTable = table.map((line) => line.split(' ')[0])
  expect(inLine).toHaveLength(12)
  expect(inTable.slice(0, 12)).toEqual(inLine)
  shape.dispose()
})
