import { describe, expect, it } from 'vitest'
import { HyperparameterTable } from '../src/hyperparameter-table.js'
import { sgdRule } from '../src/rules/sgd-rule.js'

const rule = sgdRule(false)

describe('the values of a step', () => {
  it('are defaults, those of the optimizer, those of the group', () => {
    const table = new HyperparameterTable(rule, {
      learningRate: 0.1,
      weightDecay: (step) => step / 10,
      groups: [
        { match: 'a', learningRate: 0.5, weightDecay: 0 },
        { match: 'b', momentum: (step) => 0.9 - step / 10 },
      ],
    })
    const plain = { learningRate: 0.1, momentum: 0, dampening: 0, weightDecay: 0.2 }
    expect(table.valuesOf(-1, 2)).toEqual(plain)
    expect(table.valuesOf(0, 2)).toEqual({ ...plain, learningRate: 0.5, weightDecay: 0 })
    expect(table.valuesOf(1, 2)).toEqual({ ...plain, momentum: 0.7 })
    expect(table.get('weightDecay', 5)).toBe(0.5)
  })

  it('of a group scale with a rate that is set', () => {
    const table = new HyperparameterTable(rule, {
      learningRate: 0.1,
      groups: [
        { match: 'a', learningRate: 0.5 },
        { match: 'b', learningRate: () => 0.3 },
      ],
    })
    table.set('learningRate', 0.05)
    expect([0, 1, -1].map((group) => table.valuesOf(group, 0).learningRate)).toEqual([
      0.25, 0.15, 0.05,
    ])
    table.set('learningRate', 0.1)
    expect(table.valuesOf(0, 0).learningRate).toBe(0.5)
  })

  it('of a group do not scale with a function', () => {
    const table = new HyperparameterTable(rule, {
      learningRate: () => 0.1,
      groups: [{ match: 'a', learningRate: 0.5 }],
    })
    expect(table.isScheduled('learningRate')).toBe(true)
    table.set('learningRate', 0.05)
    expect(table.isScheduled('learningRate')).toBe(false)
    expect(table.valuesOf(0, 0).learningRate).toBe(0.5)
    expect(() => table.set('learningRate', Number.NaN)).toThrow('sgd: "learningRate" is NaN')
  })
})
