import { describe, expect, it } from 'vitest'
import type { LogOptions } from '../../src/metrics/log-options.js'
import {
  checkLogged,
  copyNumbers,
  finalMetrics,
  LOSS,
  type MetricOptions,
  newMetric,
  RETURNED,
} from '../../src/metrics/metrics.js'

const logged = (more: Partial<MetricOptions> = {}): MetricOptions => ({
  onStep: true,
  onEpoch: true,
  progress: false,
  reduce: 'mean',
  ...more,
})

describe('the names of a metric', () => {
  it.each<[Partial<MetricOptions>, suffix: string, step: string, epoch: string, name: string]>([
    [{}, '', 'acc_step', 'acc_epoch', 'acc'],
    [{ onEpoch: false }, '', 'acc', 'acc', 'acc'],
    [{ onStep: false }, '', 'acc', 'acc', 'acc'],
    [{ isPlain: true }, '', 'acc', 'acc', 'acc'],
    [{}, '/a', 'acc_step/a', 'acc_epoch/a', 'acc/a'],
    [{ onStep: false }, '/a', 'acc/a', 'acc/a', 'acc/a'],
  ])('%o with the suffix %j: %s, %s, %s', (more, suffix, stepName, epochName, name) => {
    const metric = newMetric('acc', logged(more), suffix)
    expect(metric).toMatchObject({ stepName, epochName, name, total: 0, weight: 0 })
    expect(metric.last).toBeUndefined()
  })

  it('are plain for what a step returns, and only the loss is shown', () => {
    expect(newMetric('loss')).toMatchObject({ stepName: 'loss', epochName: 'loss' })
    expect([RETURNED.progress, LOSS.progress]).toEqual([false, true])
  })
})

describe('what may be logged', () => {
  it.each([0, -0, Number.NaN, Number.POSITIVE_INFINITY])('the number %o', (value) => {
    expect(checkLogged('acc', value, logged())).toBeUndefined()
  })

  it.each<[name: unknown, value: unknown, Partial<Record<keyof LogOptions, unknown>>]>([
    ['', 1, {}],
    [undefined, 1, {}],
    ['epoch', 1, {}],
    ['__proto__', 1, {}],
    ['acc', '1', {}],
    ['acc', null, {}],
    ['acc', [1], {}],
    ['acc', 1, { reduce: 'median' }],
    ['acc', 1, { reduce: 'toString' }],
    ['acc', 1, { onStep: false, onEpoch: false }],
  ])('not %o with the value %o and %o', (name, value, more) => {
    const options = logged(more as Partial<MetricOptions>)
    expect(() => checkLogged(name, value, options)).toThrow('REG_LOG_INVALID')
  })

  it.each<[Partial<MetricOptions>, isSame: boolean]>([
    [{}, true],
    [{ progress: true }, false],
    [{ reduce: 'sum' }, false],
    [{ onStep: false }, false],
    [{ isPlain: true }, false],
  ])('a second value with %o, as the first: %o', (more, isSame) => {
    const check = () => checkLogged('acc', 1, logged(more), logged())
    if (isSame) expect(check()).toBeUndefined()
    else expect(check).toThrow('REG_LOG_INVALID')
  })
})

describe('metrics that are final', () => {
  const view = finalMetrics({ loss: 0.5, nan: Number.NaN, minus: -0 }, 'epoch 3')

  it('are all there', async () => {
    expect(view.names).toEqual(['loss', 'nan', 'minus'])
    expect(await view.get('loss')).toBe(0.5)
    expect(view.atHand('nan')).toBeNaN()
    expect(view.atHand('minus')).toBe(-0)
    expect(view.progress).toEqual([])
  })

  it('have no others, not even those of every object', async () => {
    expect(view.has('toString')).toBe(false)
    expect(view.atHand('toString')).toBeUndefined()
    await expect(view.get('los')).rejects.toThrow(/REG_METRIC_MISSING.*epoch 3.*"loss"/s)
  })

  it('cannot be read once they are released', async () => {
    const released = finalMetrics({ loss: 1 }, 'epoch 1')
    released.isReleased = true
    expect(released.atHand('loss')).toBeUndefined()
    await expect(released.get('loss')).rejects.toThrow('REG_METRIC_RELEASED')
  })
})

it('numbers are copied over those of the same names, and the others stay', () => {
  const into = { a: 1, b: 2 }
  copyNumbers({ b: Number.NaN, c: -0 }, into)
  expect(into).toEqual({ a: 1, b: Number.NaN, c: -0 })
})
