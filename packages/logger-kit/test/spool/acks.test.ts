import { appendFileSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Acks } from '../../src/spool/acks.js'
import { temporaryFolder } from '../helpers/folder.js'

const hasAll = (acks: Acks, seqs: readonly number[]) => seqs.map((seq) => acks.done.has(seq))

describe('acknowledgements', () => {
  it('are there for the next process, records of the writer too', () => {
    const path = join(temporaryFolder(), 'acks')
    const first = new Acks(path)
    first.add([1, 2, 3])
    first.add([-2, -1])
    first.add([])
    first.doubt([5, 6])
    const second = new Acks(path)
    expect(hasAll(second, [0, 1, 2, 3, 4, -1, -2, -3])).toEqual([
      false,
      true,
      true,
      true,
      false,
      true,
      true,
      false,
    ])
    expect([4, 5, 6, 7].map((seq) => second.doubtful.has(seq))).toEqual([false, true, true, false])
  })

  it('never say more than was acknowledged, wherever the file was cut', () => {
    const path = join(temporaryFolder(), 'acks')
    new Acks(path).add([1, 2, 3, 10, 11, 123, 124])
    const { length } = readFileSync(path)
    for (let end = length; end >= 0; end--) {
      truncateSync(path, end)
      const { done } = new Acks(path)
      for (let seq = -20; seq < 2000; seq++) {
        if (done.has(seq)) expect([1, 2, 3, 10, 11, 123, 124]).toContain(seq)
      }
    }
  })

  it('go on after a torn line', () => {
    const path = join(temporaryFolder(), 'acks')
    new Acks(path).add([1])
    appendFileSync(path, '\n77')
    new Acks(path).add([2])
    expect(hasAll(new Acks(path), [1, 2, 77, 772])).toEqual([true, true, false, false])
  })
})
