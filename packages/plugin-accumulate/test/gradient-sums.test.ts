import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, it } from 'vitest'
import { GradientSums, type WindowsMeta } from '../src/gradient-sums.js'

beforeEach(async () => {
  await tf.setBackend('cpu')
})

/** Adds gradients as numbers, one element per variable. */
function add(sums: GradientSums, optimizer: string, gradients: Record<string, number>): void {
  tf.tidy(() => {
    const tensors = Object.entries(gradients).map(([name, value]) => [name, tf.scalar(value)])
    sums.add(optimizer, Object.fromEntries(tensors))
  })
}

/** Takes a mean as numbers. */
function take(sums: GradientSums, optimizer: string): Record<string, number | undefined> {
  return tf.tidy(() => {
    const means = Object.entries(sums.take(optimizer))
    return Object.fromEntries(means.map(([name, mean]) => [name, mean.dataSync()[0]]))
  })
}

describe('sums of gradients', () => {
  it('give the mean over the window, per optimizer', () => {
    const before = tf.memory().numTensors
    const sums = new GradientSums(tf)
    add(sums, 'one', { w: 1, b: 10 })
    add(sums, 'two', { w: 100 })
    add(sums, 'one', { w: 2, b: 20 })
    add(sums, 'one', { w: 6, b: 60 })
    expect([sums.batchesOf('one'), sums.batchesOf('two'), sums.batchesOf('three')]).toEqual([
      3, 1, 0,
    ])
    expect(take(sums, 'one')).toEqual({ w: 3, b: 30 })
    expect(sums.batchesOf('one')).toBe(0)
    expect(take(sums, 'two')).toEqual({ w: 100 })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('count a variable that was frozen for a part of the window as 0 there', () => {
    const sums = new GradientSums(tf)
    add(sums, 'main', { w: 2 })
    add(sums, 'main', { w: 4, b: 8 })
    expect(take(sums, 'main')).toEqual({ w: 3, b: 4 })
  })

  it('are the same after being saved and loaded', () => {
    const before = tf.memory().numTensors
    const sums = new GradientSums(tf)
    add(sums, 'a/b', { 'w/x': 0.1, b: Number.NaN })
    add(sums, 'a/b', { 'w/x': 0.2, b: 1 })
    const { meta, tensors } = sums.save()
    const text = JSON.parse(JSON.stringify(meta)) as WindowsMeta
    sums.dispose()
    expect(tf.memory().numTensors).toBe(before)
    const others = new GradientSums(tf)
    add(others, 'main', { w: 5 })
    others.load(text, tensors)
    expect([others.batchesOf('main'), others.batchesOf('a/b')]).toEqual([0, 2])
    expect(others.save()).toEqual({ meta, tensors })
    expect(take(others, 'a/b')).toEqual({
      'w/x': Math.fround(Math.fround(Math.fround(0.1) + Math.fround(0.2)) / 2),
      b: Number.NaN,
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})
