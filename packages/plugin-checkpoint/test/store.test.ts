import { describe, expect, it } from 'vitest'
import { digest, noDigest } from '../src/digest.js'
import { memoryStore } from '../src/index.js'
import { fileStore } from '../src/node/index.js'
import { temporaryFolder } from './helpers/folder.js'

const text = (value: string) => new TextEncoder().encode(value) as Uint8Array<ArrayBuffer>
const content = (value: string) => ({ head: text(value), body: [] })
const read = async (bytes: Promise<Uint8Array>) => new TextDecoder().decode(await bytes)

describe.each([
  ['file', () => fileStore(`${temporaryFolder()}/new/place`)],
  ['memory', () => memoryStore()],
])('a %s store', (_, make) => {
  it('is empty before anything is written', async () => {
    const store = make()
    expect(await store.folders('')).toEqual([])
    expect(await store.list('a')).toEqual([])
    await expect(store.read('a/x')).rejects.toMatchObject({ code: 'ENOENT' })
    await store.remove('a/x')
  })

  it('gives each folder to one only', async () => {
    const store = make()
    const claims = await Promise.all(['a', 'a', 'a', 'b/c'].map((folder) => store.claim(folder)))
    expect(claims.filter((isMine) => isMine)).toHaveLength(2)
    expect([...(await store.folders('b'))]).toEqual(['c'])
    expect(await store.folders('')).toContain('a')
    expect(await store.claim('a')).toBe(false)
  })

  it('writes, replaces, copies, lists and removes', async () => {
    const store = make()
    await store.claim('a')
    await store.write('a/x', content('first'))
    const { size } = await store.write('a/x', content('second'))
    expect(size).toBe(6)
    await store.copy('a/x', 'a/y')
    const { modifiedMs } = await store.write('a/x', content('third'))
    expect(await read(store.read('a/y'))).toBe('second')
    expect(await read(store.read('a/x', { start: 1, end: 3 }))).toBe('hi')
    expect(await read(store.read('a/x', { start: 3, end: 99 }))).toBe('rd')
    const files = await store.list('a')
    expect(files.map(({ name, size }) => [name, size]).sort()).toEqual([
      ['a/x', 5],
      ['a/y', 6],
    ])
    expect(files.find(({ name }) => name === 'a/x')?.modifiedMs).toBe(modifiedMs)
    await store.remove('a/x')
    expect((await store.list('a')).map(({ name }) => name)).toEqual(['a/y'])
    await expect(store.copy('a/x', 'a/z')).rejects.toMatchObject({ code: 'ENOENT' })
    await store.close()
    await store.write('a/again', content('after close'))
    await store.close()
  })

  it('fills in the digests of body and head', async () => {
    const store = make()
    await store.claim('a')
    const head = text(`body ${noDigest} head ${noDigest} end`)
    const body = [Float32Array.of(1, 2, 3), Uint8Array.of(7)]
    const bytes = Buffer.concat(body.map((data) => Buffer.from(data.buffer.slice(0))))
    const digestsAt = { body: 5, head: 75 }
    const { sha256 } = await store.write('a/x', { head, body, digestsAt })
    expect(sha256).toBe(await digest(bytes))
    const file = Buffer.from(await store.read('a/x'))
    expect(file.subarray(5, 69).toString()).toBe(sha256)
    const found = file.subarray(75, 139).toString()
    file.write(noDigest, 75)
    expect(found).toBe(await digest(file.subarray(0, -bytes.length)))
    expect(file.subarray(-bytes.length)).toEqual(bytes)
    await store.close()
  })

  it('writes nothing where a part that must not hold NaN does', async () => {
    const store = make()
    await store.claim('a')
    const body = [Float32Array.of(Number.NaN), Float32Array.of(1, Number.NaN)]
    const bad = { head: text('x'), body, withoutNaN: [1] }
    await expect(store.write('a/x', bad)).rejects.toMatchObject({ name: 'NaNError', index: 1 })
    expect(await store.list('a')).toEqual([])
    await store.close()
  })
})
