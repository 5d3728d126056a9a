import { describe, expect, it } from 'vitest'
import {
  type CheckpointFile,
  checkpointsOf,
  sparedFiles,
} from '../../src/library/checkpoint-files.js'

/** A file with its place in the order and its score; listed unless both are left out. */
function file(name: string, sequence?: number, score: number | null = null): CheckpointFile {
  const known = sequence !== undefined && {
    known: { epoch: sequence, step: 10 * sequence, score, monitor: 'loss', sequence },
  }
  return { file: `${name}.safetensors`, bytes: 100, ...known }
}

describe('the checkpoints of a run', () => {
  it('are none without files', () => {
    expect(checkpointsOf([{ id: 'c', files: [] }])).toBeUndefined()
  })

  it('have a best and a last by their labels, of all folders, the newest first', () => {
    const one = { id: 'a', files: [file('last', 3), file('best', 2, 0.5), file('x')] }
    const other = { id: '.', files: [file('exception', 9)] }
    const found = checkpointsOf([one, other])
    expect(found).toMatchObject({ count: 4, bytes: 400 })
    expect([found?.best?.path, found?.last?.path]).toEqual([
      'a/best.safetensors',
      'a/last.safetensors',
    ])
    expect(found?.files.map(({ path }) => path)).toEqual([
      'exception.safetensors',
      'a/last.safetensors',
      'a/best.safetensors',
      'a/x.safetensors',
    ])
  })

  it('without labels the newest is the last, and none is known to be the best', () => {
    const found = checkpointsOf([{ id: 'a', files: [file('n1', 1, 0.1), file('n2', 2, 0.2)] }])
    expect([found?.best, found?.last?.path]).toEqual([undefined, 'a/n2.safetensors'])
  })
})

const numbered = [file('n1', 1, 0.9), file('n2', 2, 0.1), file('n3', 3, 0.5)]

describe('what stays while numbered files go', () => {
  it.each<[string, readonly CheckpointFile[], readonly string[]]>([
    ['those with a label', [...numbered, file('last', 3), file('best', 2, 0.1)], ['best', 'last']],
    [
      'an exception too',
      [...numbered, file('last', 3), file('best', 2), file('exception', 4)],
      ['best', 'exception', 'last'],
    ],
    ['the newest where there is no last', [...numbered, file('best', 2, 0.1)], ['best', 'n3']],
    [
      'the newest where last is not as listed',
      [...numbered, file('last'), file('best', 2)],
      ['best', 'last', 'n3'],
    ],
    [
      'all that may be the best where it has no label',
      [...numbered, file('last', 3)],
      ['last', 'n1', 'n2'],
    ],
    ['the newest alone without scores', [file('n1', 1), file('n2', 2)], ['n2']],
    ['nothing of nothing', [], []],
  ])('%s', (_, files, expected) => {
    const names = [...sparedFiles(files)].map((name) => name.replace('.safetensors', ''))
    expect(names.sort()).toEqual(expected)
  })
})
