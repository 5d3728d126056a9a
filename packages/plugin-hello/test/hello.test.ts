import { expectNoTensorLeak, runPlugin } from '@regimen/testing'
import { describe, expect, it } from 'vitest'
import { type HelloOptions, hello } from '../src/index.js'

const losses = (...values: number[]) => values.map((val_loss) => ({ val_loss }))

async function reportsOf(plugin = hello({ monitor: 'val_loss' }), metrics = losses(3, 4, 2)) {
  const { reports } = await runPlugin(plugin, { metrics, options: { maxEpochs: metrics.length } })
  return reports.map(({ message }) => message)
}

describe('in a run', () => {
  it('reports each new best value with its epoch', async () => {
    expect(await expectNoTensorLeak(() => reportsOf())).toEqual([
      'val_loss 3.000 in epoch 1 is the best so far.',
      'val_loss 2.000 in epoch 3 is the best so far.',
    ])
  })

  it('reports a metric of training once per epoch', async () => {
    const metrics = [{ loss: 1, val_loss: 3 }, { loss: 2 }]
    expect(await reportsOf(hello({ mode: 'max' }), metrics as never)).toEqual([
      'loss 1.000 in epoch 1 is the best so far.',
      'loss 2.000 in epoch 2 is the best so far.',
    ])
  })

  it('knows in a resumed run what was best before', async () => {
    const plugin = () => hello({ monitor: 'val_loss' })
    const { snapshot } = await runPlugin(plugin(), {
      metrics: losses(2),
      options: { maxEpochs: 1 },
    })
    const { reports } = await runPlugin(plugin(), {
      metrics: losses(2, 3, 1),
      options: { maxEpochs: 3 },
      resumeFrom: snapshot,
    })
    expect(reports.map(({ message }) => message)).toEqual([
      'val_loss 1.000 in epoch 3 is the best so far.',
    ])
  })

  it('says what was reported where the metric is missing', async () => {
    await expect(reportsOf(hello({ monitor: 'val_los' }))).rejects.toMatchObject({
      code: 'REG_METRIC_MISSING',
      message: expect.stringContaining('Did you mean "val_loss"?'),
    })
  })
})

describe('options', () => {
  it.each<[unknown, string]>([
    [{ monitor: '' }, '"monitor" is ""; expected a non-empty string.'],
    [{ mode: 'less' }, '"mode" is "less"; expected "min" or "max".'],
    [{ minDelta: -1 }, '"minDelta" is -1; expected a non-negative number.'],
    [{ id: 3 }, '"id" is 3; expected a non-empty string.'],
    [{ monitr: 'loss' }, 'Did you mean "monitor"?'],
  ])('%j are an error at construction', (wrong, text) => {
    expect(() => hello(wrong as HelloOptions)).toThrow(text)
  })
})
