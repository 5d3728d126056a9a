import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { definePlugin, type FitData, type HookName, type Plugin } from '../../src/index.js'
import { onCpu } from '../helpers/lab.js'
import type { LineBatch } from '../helpers/line.js'
import { type Life, live } from '../helpers/lives.js'
import { shuffledLine } from '../helpers/shuffled.js'

onCpu()

/** Asks of each batch whether it is the last, so that one is fetched ahead where no size is known. */
const looksAhead = (): Plugin =>
  definePlugin({
    name: 'looks-ahead',
    apply: ({ hooks }) => hooks.gradients.tap('looks-ahead', () => undefined),
  })

const withoutSize = (count: number) => Object.assign(shuffledLine(count), { size: undefined })

const lifeOf = (data: () => FitData<LineBatch>): Life => ({ data, plugins: [looksAhead()] })

describe('where a batch is fetched ahead, the state after an error is resumed to the bit', () => {
  const data = () => ({ train: withoutSize(4), validation: shuffledLine(3, 5) })

  it.each(['batch', 'batchStart', 'loss', 'gradients', 'stepStart', 'batchEnd'] as HookName[])(
    'of an error in each call of %s',
    async (hook) => {
      const whole = await live(lifeOf(data))
      for (let call = 1; call <= 12; call++) {
        const failed = await live({ ...lifeOf(data), at: { hook, call }, act: 'throw' })
        expect(failed.end.result).toMatch('the power is gone')
        const resumed = await live({ ...lifeOf(data), resumeFrom: failed.saved })
        expect(resumed.end, `call ${call}`).toEqual(whole.end)
      }
    },
  )

  it.each([0, 1, 2, 3])('of an error of the loader behind batch %d', async (failsAfter) => {
    const whole = await live(lifeOf(data))
    const failing = () => {
      const loader = withoutSize(4)
      const train = {
        ...loader,
        *[Symbol.iterator]() {
          let given = 0
          for (const batch of loader) {
            if (given === failsAfter) {
              tf.dispose(batch as unknown as tf.TensorContainer)
              throw new Error('the power is gone')
            }
            given++
            yield batch
          }
        },
      }
      return { train, validation: shuffledLine(3, 5) }
    }
    const failed = await live({ ...lifeOf(failing), at: { hook: 'error', call: 99 }, act: 'throw' })
    expect(failed.end.result).toMatch('the power is gone')
    expect(failed.refused).toBeUndefined()
    const resumed = await live({ ...lifeOf(data), resumeFrom: failed.saved })
    expect(resumed.end).toEqual(whole.end)
  })
})
