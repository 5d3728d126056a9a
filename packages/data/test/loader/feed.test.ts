import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { expect, test } from 'vitest'
import { Feed } from '../../src/loader/feed.js'

test('a feed gives clones of what its source keeps, and the others as they are', async () => {
  const before = tf.memory().numTensors
  const kept = [tf.scalar(1), tf.scalar(2)]
  const feed = new Feed(kept, 'map')
  await feed.open(0)
  const { value } = await feed.next()
  expect(value).not.toBe(kept[0])
  tf.dispose([value as tf.Tensor])
  expect(kept[0]?.isDisposed).toBe(false)
  await feed.close()
  tf.dispose(kept)
  expect(tf.memory().numTensors).toBe(before)
})

test.each([[null], [3], [{}], ['abc']])('%j is no source', (source) => {
  expect(() => new Feed(source as unknown as tf.Tensor[], 'map')).toThrow(
    /The source of map is .*; give a loader/,
  )
})
