import { describe, expect, it } from 'vitest'
import { PluginWitness, type StatefulPlugin } from '../../src/plugins/plugin-witness.js'

/** A plugin whose state is the newest of these after each batch. */
function plugin(states: readonly unknown[], taps: readonly string[] = ['batchStart'], turn = 1) {
  const left = [...states]
  const handle = { saveState: () => (left.length > 1 ? left.shift() : left[0]) }
  return { id: 'p', turn, taps: new Set(taps), handle } satisfies StatefulPlugin
}

describe('a plugin has changed its state', () => {
  it.each<[how: string, StatefulPlugin, isChanged: boolean]>([
    ['not where it is the same', plugin([{ a: 1 }, { a: 1 }]), false],
    ['where it is another', plugin([{ a: 1 }, { a: 2 }]), true],
    ['where a key was added', plugin([{}, { a: 1 }]), true],
    ['not where there is none', plugin([undefined, undefined]), false],
    ['not where it has no way to save', { ...plugin([]), handle: {} }, false],
    ['perhaps, with tensors', plugin([{ tensors: {} }]), true],
    ['perhaps, where it is long', plugin(['x'.repeat(4096)]), true],
    ['not where it is nearly so long', plugin(['x'.repeat(4094)]), false],
    ['perhaps, where it cannot be written', plugin([1n]), true],
    ['not where it taps no batch', plugin([1, 2], ['epochStart']), false],
    ['not where it was not called in this turn', plugin([1, 2], ['batchStart'], 0), false],
    ['where it taps gradients', plugin([1, 2], ['gradients']), true],
  ])('%s', (_, subject, isChanged) => {
    const witness = new PluginWitness([subject])
    witness.begin()
    expect(witness.changed(1)).toEqual(isChanged ? ['p'] : [])
  })

  it('in this batch, not in one before it', () => {
    const witness = new PluginWitness([plugin([1, 2, 2])])
    witness.begin()
    witness.begin()
    expect(witness.changed(1)).toEqual([])
  })
})
