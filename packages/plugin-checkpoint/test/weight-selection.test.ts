import { isRegimenError, type Snapshot } from '@regimen/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { loadWeights, type WeightSelection } from '../src/index.js'
import { selectWeights } from '../src/weight-selection.js'

const kind = (...shape: number[]) => ({ dtype: 'float32', shape })
const saved = {
  'body/conv_1/kernel': kind(3, 3),
  'body/conv_1/bias': kind(3),
  'body/conv_10/kernel': kind(4),
  'head/kernel': kind(3, 10),
}
const here = { ...saved, 'head/kernel': kind(3, 5) }
const select = (selection: WeightSelection, variables: typeof here | object = here) =>
  selectWeights(saved, variables as typeof here, selection, 'The checkpoint "a"')
const body = ['body/conv_1/kernel', 'body/conv_1/bias', 'body/conv_10/kernel']

const zeros = (shape: number[]) => tf.tidy(() => tf.variable(tf.zeros(shape)))

describe('a selection of weights', () => {
  it.each([
    [{ only: 'body' }, body],
    [{ only: 'body/' }, body],
    [{ only: 'body/conv_1' }, body.slice(0, 2)],
    [{ only: 'body/conv_1/kernel' }, body.slice(0, 1)],
    [{ only: 'body/*/kernel' }, [body[0], body[2]]],
    [{ only: '**/bias' }, [body[1]]],
    [{ only: /conv_\d\// }, body.slice(0, 2)],
    [{ only: /conv/g, skip: /bias/g }, [body[0], body[2]]],
    [{ only: ['body/conv_10', /bias$/] }, [body[1], body[2]]],
    [{ skip: 'head' }, body],
    [{ skip: ['head', '*/conv_1/*'] }, [body[2]]],
  ] as [WeightSelection, string[]][])('%o', (selection, loaded) => {
    const found = select(selection)
    expect(found.loaded).toEqual(loaded)
    expect([...loaded, ...found.untouched].toSorted()).toEqual(Object.keys(here).toSorted())
    expect([...loaded, ...found.unused].toSorted()).toEqual(Object.keys(saved).toSorted())
  })

  it('is all, and strict, without options', () => {
    expect(select({}, saved)).toMatchObject({
      loaded: Object.keys(saved),
      untouched: [],
      unused: [],
    })
    expect(() => select({})).toThrow('"head/kernel" is float32 [3,10] in it and float32 [3,5] here')
  })

  it.each([
    [{ encoder: 'body' }, { 'encoder/a': 'body/a' }],
    [{ 'encoder/': 'body.' }, { 'encoder/a': 'body.a' }],
    [{ encoder: 'x', 'encoder/a': 'y' }, { 'encoder/a': 'y' }],
    [(name: string) => name.toUpperCase(), { 'encoder/a': 'ENCODER/A' }],
  ] as const)('renames by %o', (rename, names) => {
    for (const [from, to] of Object.entries(names)) {
      const found = selectWeights({ [from]: kind(1) }, { [to]: kind(1) }, { rename }, 'It')
      expect(found).toMatchObject({ loaded: [to], unused: [], sources: { [to]: from } })
    }
  })

  it.each([
    [{ only: 'bdy' }, '"only" is bdy, which no weight matches. Did you mean "body"?'],
    [{ only: 'bod' }, 'Did you mean "body"?'],
    [{ only: ['body', 'heat'] }, 'Did you mean "head"?'],
    [{ skip: /tail/ }, '"skip" is /tail/, which no weight matches. There are'],
    [{ only: [] }, 'expected a pattern at least'],
    [{ only: '' }, '"only" is ""'],
    [{ only: [3] }, '"only" is 3'],
    [{ skips: 'head' }, 'Did you mean "skip"?'],
    [{ rename: { bdy: 'x' } }, '"rename" is bdy, which no weight matches. Did you mean "body"?'],
    [{ rename: { body: 3 } }, '"rename" of "body" is 3'],
    [{ rename: 'a' }, 'expected an object of names, or a function'],
    [{ rename: () => 'a' }, 'made "a" of both "body/conv_1/kernel" and "body/conv_1/bias"'],
    [{ rename: () => '' }, 'made "" of "body/conv_1/kernel"'],
    [{ only: 'head' }, 'of another shape or dtype (1): "head/kernel"'],
    [{ skip: 'body' }, 'of another shape or dtype (1): "head/kernel"'],
    [{ skip: 'head', rename: { body: 'stem' } }, 'missing in it (3): "body/conv_1/kernel"'],
  ])('refuses %o and changes nothing', async (selection, text) => {
    const before = tf.memory().numTensors
    const variables = Object.fromEntries(
      Object.entries(here).map(([name, { shape }]) => [name, zeros(shape)]),
    )
    const tensors = Object.fromEntries(
      Object.entries(saved).map(([name, { shape }]) => [
        `module/${name}`,
        { dtype: 'float32', shape, data: new Float32Array(shape.reduce((a, b) => a * b)).fill(1) },
      ]),
    )
    const snapshot = { meta: { position: { epoch: 0, step: 1 } }, tensors } as unknown as Snapshot
    const thrown = await loadWeights(variables, snapshot, selection as never).catch(
      (error) => error,
    )
    expect(isRegimenError(thrown)).toBe(true)
    expect(thrown.message).toContain(text)
    for (const variable of Object.values(variables))
      expect([...variable.dataSync()].every((value) => value === 0)).toBe(true)
    for (const variable of Object.values(variables)) variable.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('gives a fresh model the weights of its body alone, and says so', async () => {
    const before = tf.memory().numTensors
    const stem = zeros([2])
    const head = zeros([3])
    const data = new Float32Array([1, 2])
    const tensors = {
      'module/body/w': { dtype: 'float32', shape: [2], data },
      'module/head/w': { dtype: 'float32', shape: [9], data: new Float32Array(9) },
      'optimizer/main/x': { dtype: 'float32', shape: [2], data },
    }
    const snapshot = { meta: { position: { epoch: 0, step: 1 } }, tensors } as unknown as Snapshot
    const variables = { 'stem/w': stem, 'head/w': head }
    const selection = { skip: 'head', rename: { body: 'stem' } }
    const report = await loadWeights({ variables: () => variables }, snapshot, selection)
    expect(report).toEqual({ loaded: ['stem/w'], untouched: ['head/w'], unused: ['head/w'] })
    expect([...stem.dataSync(), ...head.dataSync()]).toEqual([1, 2, 0, 0, 0])
    stem.dispose()
    head.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
