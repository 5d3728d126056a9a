import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { definePlugin, Trainer, type TrainerOptions } from '@regimen/core'
import { type FakeClock, fakeClock } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ProfilerOptions, profiler } from '../src/index.js'
import { checkTrace } from './helpers/check-trace.js'
import { memoryStream, rowsOf, slowBatches, timedModule } from './helpers/timed-run.js'

let clock: FakeClock
let rootDir: string
let tensors = 0

beforeAll(async () => {
  await tf.setBackend('cpu')
})
beforeEach(() => {
  clock = fakeClock()
  rootDir = mkdtempSync(join(tmpdir(), 'regimen-profiler-'))
  tensors = tf.memory().numTensors
})
afterEach(() => {
  clock.restore()
  rmSync(rootDir, { recursive: true })
  expect(tf.memory().numTensors).toBe(tensors)
})

const noting = definePlugin({
  name: 'noting',
  apply({ id, hooks }) {
    hooks.batchEnd.tap(id, () => clock.elapse(2))
  },
})

function profiled(own: ProfilerOptions, options: TrainerOptions = {}) {
  const stream = memoryStream()
  const plugins = [profiler({ stream, rows: Number.POSITIVE_INFINITY, ...own }), noting]
  const trainer = new Trainer({ maxEpochs: 2, sanityBatches: 0, rootDir, ...options, plugins })
  return { trainer, reports: stream.texts }
}

const DENIED = /Access is not allowed there: .* give another "output"|The file system is read-only/

function warningsOf(trainer: Trainer): string[] {
  const warnings: string[] = []
  trainer.on('report').subscribe(({ level, message }) => level === 'warn' && warnings.push(message))
  return warnings
}

const read = (...path: string[]) => readFileSync(join(rootDir, ...path), 'utf8')

describe('files', () => {
  it('C263: are written to a folder below rootDir, which is made, by stage and id', async () => {
    const module = timedModule(clock)
    const { trainer, reports } = profiled({ output: 'a/b', id: 'mine' })
    await trainer.fit(module, { train: slowBatches(clock, 2) })
    await trainer.test(module, slowBatches(clock, 2))
    module.dispose()
    expect(readdirSync(join(rootDir, 'a/b')).sort()).toEqual(['fit-mine.txt', 'test-mine.txt'])
    expect(rowsOf(read('a/b/fit-mine.txt'))).toEqual(rowsOf(reports[0]))
    expect(reports[0]).toContain(`Written: ${join(rootDir, 'a/b/fit-mine.txt')}`)
  })

  it('are not written where that was said', async () => {
    const module = timedModule(clock)
    await profiled({ output: false }).trainer.fit(module, { train: slowBatches(clock, 2) })
    module.dispose()
    expect(readdirSync(rootDir)).toEqual([])
  })

  it('hold all rows where the screen has those that took longest', async () => {
    const module = timedModule(clock)
    const { trainer, reports } = profiled({ rows: 2 })
    await trainer.fit(module, { train: slowBatches(clock, 2) })
    module.dispose()
    expect(Object.keys(rowsOf(reports[0]))).toEqual([
      'backward',
      'forward and loss',
      '4 more',
      'total',
    ])
    expect(reports[0]).toContain(`Written: ${join(rootDir, 'profile/fit-profiler.txt')}, all rows`)
    const all = Object.keys(rowsOf(read('profile/fit-profiler.txt')))
    expect(all).toEqual([
      'data wait',
      'forward and loss',
      'backward',
      'optimizer',
      'batchEnd',
      'batchEnd noting',
      'total',
    ])
  })

  it('nobody asked for cost a warning where they cannot be written, not the run', async () => {
    writeFileSync(join(rootDir, 'profile'), '')
    const module = timedModule(clock)
    const { trainer, reports } = profiled({})
    const warnings: string[] = []
    trainer.on('report').subscribe(({ message }) => warnings.push(message))
    const { stop } = await trainer.fit(module, { train: slowBatches(clock, 2) })
    module.dispose()
    expect(stop.kind).toBe('maxEpochs')
    expect(warnings).toContainEqual(
      expect.stringMatching(/^The profile could not be written: EEXIST/),
    )
    expect(reports[0]).not.toContain('Written')
  })

  it('that cannot be made end the run before it begins', async () => {
    writeFileSync(join(rootDir, 'taken'), '')
    const module = timedModule(clock)
    const { trainer } = profiled({ output: 'taken' })
    const fit = trainer.fit(module, { train: slowBatches(clock, 2) })
    await expect(fit).rejects.toMatchObject({
      code: 'REG_HOOK_FAILED',
      plugin: 'profiler',
      hook: 'setup',
      data: { folder: join(rootDir, 'taken') },
      detail: expect.stringMatching(
        /"output" is .*taken, where no file can be made\. ENOTDIR.*A file stands where a folder belongs: move it away or give another "output"\.$/,
      ),
    })
    module.dispose()
    expect(readdirSync(rootDir)).toEqual(['taken'])
  })

  it('in a folder where nothing may be made: the run does not begin, or the profile costs a warning', async () => {
    const module = timedModule(clock)
    const train = () => slowBatches(clock, 2)
    const asked = profiled({ output: '/sys/regimen' }).trainer.fit(module, { train: train() })
    await expect(asked).rejects.toMatchObject({
      code: 'REG_HOOK_FAILED',
      data: { folder: '/sys/regimen' },
      detail: expect.stringMatching(DENIED),
    })
    const { trainer, reports } = profiled({}, { rootDir: '/sys/regimen' })
    const warnings = warningsOf(trainer)
    await trainer.fit(module, { train: train() })
    module.dispose()
    expect(warnings).toContainEqual(expect.stringMatching(DENIED))
    expect(reports).toHaveLength(1)
  })

  it.each(['simple', 'advanced', 'trace'] as const)(
    'on a full disk cost a warning, and no part of them is left: mode %s',
    async (mode) => {
      const folder = join(rootDir, 'profile')
      mkdirSync(folder)
      const names = ['fit-profiler.txt', 'fit-profiler.cpuprofile', 'fit-profiler.trace.json']
      for (const name of names) symlinkSync('/dev/full', join(folder, name))
      const module = timedModule(clock)
      const { trainer, reports } = profiled({ mode })
      const warnings = warningsOf(trainer)
      const { stop } = await trainer.fit(module, { train: slowBatches(clock, 2) })
      module.dispose()
      expect(stop.kind).toBe('maxEpochs')
      const full =
        /^The profile could not be written: ENOSPC.*free some space or give another "output"\.$/
      expect(warnings.filter((text) => full.test(text))).toHaveLength(mode === 'simple' ? 1 : 2)
      expect(reports[0]).not.toContain('Written')
      const written = { simple: names.slice(0, 1), advanced: names.slice(0, 2) }
      const gone = mode === 'trace' ? [names[0], names[2]] : written[mode]
      expect(readdirSync(folder).sort()).toEqual(
        names.filter((name) => !gone.includes(name)).sort(),
      )
    },
  )

  it('that cannot be written at the end do not cost the result of the run', async () => {
    const module = timedModule(clock)
    const { trainer, reports } = profiled({ output: 'gone' })
    const warnings: string[] = []
    trainer
      .on('report')
      .subscribe(({ level, message }) => level === 'warn' && warnings.push(message))
    trainer.hooks.fitEnd.tap('user', () => writeFileSync(join(rootDir, 'gone'), ''))
    const { stop } = await trainer.fit(module, { train: slowBatches(clock, 2) })
    module.dispose()
    expect(stop.kind).toBe('maxEpochs')
    expect(warnings).toContainEqual(
      expect.stringMatching(/^The profile could not be written: EEXIST/),
    )
    expect(reports[0]).not.toContain('Written')
  })
})

describe('a trace', () => {
  it('has the loop on one track, nested, and each plugin on its own', async () => {
    const module = timedModule(clock)
    const { trainer } = profiled({ mode: 'trace' })
    const data = { train: slowBatches(clock, 2), validation: slowBatches(clock, 1, 8) }
    await trainer.fit(module, data)
    module.dispose()
    const spans = checkTrace(read('profile/fit-profiler.trace.json'))
    const lines = spans.map(
      ({ track, name, startMs, endMs, depth }) =>
        `${track}: ${'  '.repeat(depth)}${name} ${startMs} ${endMs}`,
    )
    const first = lines.findIndex((line) => line.startsWith('loop: epoch'))
    expect(lines.slice(0, first + 1)).toEqual([
      'loop:   data wait 0 5',
      'loop:     forward and loss 5 12',
      'loop:     backward 12 23',
      'loop:     optimizer 23 26',
      'noting: batchEnd 26 28',
      'loop:   batch 5 26',
      'loop:   data wait 28 33',
      'loop:     forward and loss 33 40',
      'loop:     backward 40 51',
      'loop:     optimizer 51 54',
      'noting: batchEnd 54 56',
      'loop:   batch 33 54',
      'loop:     validation: data wait 56 64',
      'loop:     validation: step 64 68',
      'loop:   validation 56 68',
      'loop: epoch 0 68',
    ])
    expect(lines).toHaveLength(2 * (first + 1))
  })

  it('is whole when the run is interrupted or fails', async () => {
    for (const end of ['abort', 'throw']) {
      const module = timedModule(clock)
      const { trainer, reports } = profiled({ mode: 'trace' })
      const controller = new AbortController()
      trainer.hooks.batchStart.tap('user', ({ samples }) => {
        if (samples < 2) return
        if (end === 'throw') throw new Error('no')
        controller.abort()
      })
      const train = slowBatches(clock, 5)
      const fit = trainer.fit(module, { train }, { signal: controller.signal })
      await (end === 'throw' ? expect(fit).rejects.toThrow('no') : fit)
      module.dispose()
      const spans = checkTrace(read('profile/fit-profiler.trace.json'))
      expect(spans.filter(({ name }) => name === 'batch')).toHaveLength(2)
      expect(reports).toHaveLength(1)
    }
  })

  it('ends after maxSeconds, and the table goes on', async () => {
    const module = timedModule(clock)
    const { trainer, reports } = profiled({ mode: 'trace', maxSeconds: 0.1 })
    await trainer.fit(module, { train: slowBatches(clock, 50) })
    module.dispose()
    const spans = checkTrace(read('profile/fit-profiler.trace.json'))
    expect(spans.filter(({ name }) => name === 'batch').length).toBeLessThan(6)
    expect(rowsOf(reports[0]).backward?.[0]).toBe('100')
    expect(reports[0]).toContain('trace.json (only the first 0.1 s), for ui.perfetto.dev')
  })
})

describe('a CPU profile', () => {
  it('is one that developer tools open, of all that ran between setup and teardown', async () => {
    const module = timedModule(clock)
    const { trainer, reports } = profiled({ mode: 'advanced' })
    await trainer.fit(module, { train: slowBatches(clock, 2) })
    module.dispose()
    const profile = JSON.parse(read('profile/fit-profiler.cpuprofile'))
    expect(profile.nodes[0].callFrame.functionName).toBe('(root)')
    expect(profile.samples).toHaveLength(profile.timeDeltas.length)
    expect(profile.endTime).toBeGreaterThan(profile.startTime)
    expect(reports[0]).toContain('fit-profiler.cpuprofile, for the developer tools of Chrome')
  })

  it('ends after maxSeconds, and two trainers have one each', async () => {
    const modules = [timedModule(clock), timedModule(clock)] as const
    const first = profiled({ mode: 'advanced', id: 'one', maxSeconds: 0.05 })
    const second = profiled({ mode: 'advanced', id: 'two' })
    await Promise.all([
      first.trainer.fit(modules[0], { train: slowBatches(clock, 9) }),
      second.trainer.fit(modules[1], { train: slowBatches(clock, 9) }),
    ])
    for (const module of modules) module.dispose()
    expect(first.reports[0]).toContain('.cpuprofile (only the first 0.05 s), for')
    expect(second.reports[0]).not.toContain('only the first')
    for (const id of ['one', 'two']) {
      expect(existsSync(join(rootDir, `profile/fit-${id}.cpuprofile`))).toBe(true)
    }
  })
})
