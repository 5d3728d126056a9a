import { describe, expect, it } from 'vitest'
import { type QueuedSave, SaveQueue } from '../src/save-queue.js'

/** Saves that end when told, and what has begun. */
function scripted() {
  const begun: string[] = []
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>()
  const save = (name: string, isReplaceable = false): QueuedSave => ({
    isReplaceable,
    run: () => {
      begun.push(name)
      return new Promise<void>((resolve, reject) => ends.set(name, { resolve, reject }))
    },
  })
  return {
    begun,
    save,
    end: (name: string) => ends.get(name)?.resolve(),
    fail: (name: string) => ends.get(name)?.reject(new Error(name)),
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('the queue of saves', () => {
  it('holds two at most: whoever comes third waits for the first', async () => {
    const queue = new SaveQueue()
    const { begun, save, end } = scripted()
    for (const name of ['a', 'b']) {
      await queue.makeRoom(false)
      queue.push(save(name))
    }
    let hasRoom = false
    const third = queue.makeRoom(false).then(() => {
      hasRoom = true
    })
    await turn()
    expect({ begun, hasRoom }).toEqual({ begun: ['a'], hasRoom: false })
    end('a')
    await third
    expect(begun).toEqual(['a', 'b'])
  })

  it('lets a newer one take the place of one that waits and only refreshes last', async () => {
    const queue = new SaveQueue()
    const { begun, save, end } = scripted()
    queue.push(save('a'))
    queue.push(save('b', true))
    await queue.makeRoom(true)
    queue.push(save('c', true))
    end('a')
    await turn()
    end('c')
    await queue.drain()
    expect(begun).toEqual(['a', 'c'])
  })

  it('tells the first error to whoever asks next, and writes nothing more', async () => {
    const queue = new SaveQueue()
    const { begun, save, fail } = scripted()
    queue.push(save('a'))
    queue.push(save('b'))
    fail('a')
    await expect(queue.drain()).rejects.toThrow('a')
    await expect(queue.makeRoom(true)).rejects.toThrow('a')
    await queue.drain()
    expect(begun).toEqual(['a'])
  })
})
