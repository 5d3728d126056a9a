import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { widthOf } from '../src/format.js'
import { summaryRows, summaryText, summaryTotals } from '../src/summary.js'

const variable = (shape: number[], trainable = true, dtype = 'float32') => ({
  shape,
  trainable,
  dtype,
})

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('summaryRows', () => {
  it('has one row per variable of a module without layers', () => {
    const rows = summaryRows(
      {},
      { 'dense/kernel': variable([4, 3]), step: variable([], false, 'int32') },
    )
    expect(rows).toEqual([
      { name: 'dense/kernel', kind: 'float32', shape: '4×3', params: 12, trainable: 'yes' },
      { name: 'step', kind: 'int32', shape: 'scalar', params: 1, trainable: 'no' },
    ])
  })

  it('has one row per layer of a model, with its output shape', () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.dense({ name: 'first', units: 3, inputShape: [4] }),
        tfl.layers.batchNormalization({ name: 'norm' }),
        tfl.layers.dropout({ name: 'drop', rate: 0.5 }),
        tfl.layers.dense({ name: 'frozen', units: 1, trainable: false }),
      ],
    })
    const weights = Object.fromEntries(model.weights.map((weight) => [weight.name, weight.read()]))
    const variables = Object.fromEntries(
      Object.entries(weights).map(([name, tensor]) => [name, variable(tensor.shape)]),
    )
    expect(summaryRows({ model }, variables)).toEqual([
      { name: 'first', kind: 'Dense', shape: '?×3', params: 15, trainable: 'yes' },
      { name: 'norm', kind: 'BatchNormalization', shape: '?×3', params: 12, trainable: 'partly' },
      { name: 'drop', kind: 'Dropout', shape: '?×3', params: 0, trainable: '' },
      { name: 'frozen', kind: 'Dense', shape: '?×1', params: 4, trainable: 'no' },
    ])
    model.dispose()
  })

  it('adds a row for variables that belong to no layer', () => {
    const model = { layers: [{ name: 'dense', weights: [variable([2])], outputShape: [null, 2] }] }
    const rows = summaryRows({ model }, { dense: variable([2]), temperature: variable([]) })
    expect(rows.at(-1)).toMatchObject({ name: 'other variables', params: 1 })
  })

  it('manages layers with several output shapes, with none, and things that are no model', () => {
    const several = {
      name: 'shared',
      weights: [],
      get outputShape() {
        throw new Error('several')
      },
    }
    const two = {
      name: 'two',
      weights: [],
      outputShape: [
        [null, 2],
        [null, 3],
      ],
    }
    const none = { name: 'none', weights: [] }
    const shapes = summaryRows({ model: { layers: [several, two, none] } }, {}).map(
      ({ shape }) => shape,
    )
    expect(shapes).toEqual(['several', '?×2, ?×3', '?'])
    expect(summaryRows({ model: { layers: 3 } }, { w: variable([1]) })).toHaveLength(1)
    expect(summaryRows({ model: null }, { w: variable([1]) })).toHaveLength(1)
  })
})

describe('summaryTotals', () => {
  it('counts parameters and bytes', () => {
    const variables = {
      a: variable([10, 2]),
      b: variable([5], false),
      c: variable([3], false, 'bool'),
    }
    expect(summaryTotals(variables)).toEqual({ params: 28, trainable: 20, frozen: 8, bytes: 103 })
  })
})

describe('summaryText', () => {
  it('fits any width, with wide names', () => {
    const variables = {
      'ネットワーク/畳み込み層/重み': variable([3, 3, 64, 128]),
      b: variable([128], false),
    }
    for (let width = 20; width <= 200; width++) {
      const lines = summaryText({ module: {}, variables: variables as never }, width).split('\n')
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
    }
  })

  it('keeps name and number where there is little room', () => {
    const variables = { 'a/rather/long/name': variable([1000, 10]) }
    expect(summaryText({ module: {}, variables: variables as never }, 20)).toMatchInlineSnapshot(`
      "name          params
      ────────────  ──────
      a/rather/lo…  10,000

      10,000 params
      10,000 trainable
      0 non-trainable
      40.0 kB
      "
    `)
  })
})
