import { describe, expect, it } from 'vitest'
import { checkedSnapshot, type Snapshot, sourceOf } from '../../src/state/snapshot.js'

const counters = { epoch: 1, batch: 0, step: 10, samples: 40, validations: 1 }

/** A snapshot whose meta or position is another one in places. */
function snapshotWith(meta: object = {}, position: object = { phase: 'betweenEpochs' }) {
  return {
    meta: {
      format: 1,
      position: { ...counters, ...position },
      elapsedMs: 0,
      history: [],
      metrics: { sums: [], results: {} },
      loaders: { train: null, validation: {} },
      requested: null,
      optimizers: {},
      plugins: {},
      ...meta,
    },
    tensors: {},
  } as unknown as Snapshot
}

describe('a snapshot', () => {
  it('that is whole stays the same object', () => {
    const snapshot = snapshotWith()
    expect(checkedSnapshot(snapshot)).toBe(snapshot)
  })

  it.each([
    [{ isInEpoch: false, isBoundaryPending: false, isDataOver: false }, 'betweenEpochs'],
    [{ isInEpoch: true, isBoundaryPending: false, isDataOver: false }, 'inEpoch'],
    [{ isInEpoch: true, isBoundaryPending: true, isDataOver: false }, 'afterBatch'],
    [{ isInEpoch: true, isBoundaryPending: true, isDataOver: true }, 'afterLastBatch'],
    [{ isInEpoch: true, isBoundaryPending: false, isDataOver: true }, 'afterData'],
    [{ isInEpoch: false, isBoundaryPending: false, isDataOver: false, isCut: true }, 'cut'],
  ])('with the flags %o has the phase %s', (flags, phase) => {
    const older = snapshotWith({ mine: 'kept' }, flags)
    const checked = checkedSnapshot({ ...older, origin: 'a.ckpt' })
    expect(checked.meta.position).toEqual({ ...counters, phase })
    expect(checked.meta.mine).toBe('kept')
    expect(checked.origin).toBe('a.ckpt')
    expect(older.meta.position).toEqual({ ...counters, ...flags })
  })

  it.each<[string, unknown, text: string]>([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an empty object', {}, '{}'],
    ['a later format', snapshotWith({ format: 2 }), 'a snapshot of format 2'],
    ['a text as its format', snapshotWith({ format: '1' }), 'format'],
    ['NaN as its format', snapshotWith({ format: Number.NaN }), 'a snapshot of format NaN'],
    ['no plugins', snapshotWith({ plugins: undefined }), '"meta.plugins" is missing'],
    ['a negative duration', snapshotWith({ elapsedMs: -1 }), '"meta.elapsedMs" is -1'],
    ['an unknown phase', snapshotWith({}, { phase: 'x' }), '"meta.position.phase" is "x"'],
    ['no phase', snapshotWith({}, {}), '"meta.position.phase" is missing'],
    ['a counter below 0', snapshotWith({}, { phase: 'cut', step: -1 }), '"meta.position.step"'],
    ['no tensors', { ...snapshotWith(), tensors: undefined }, '"tensors" is missing'],
  ])('is not %s', (_, value, text) => {
    expect(() => checkedSnapshot(value as Snapshot)).toThrow(
      expect.objectContaining({
        code: 'REG_CHECKPOINT_MISMATCH',
        message: expect.stringContaining(text),
      }),
    )
  })
})

it.each([
  [undefined, 'The snapshot'],
  ['runs/a.ckpt', 'The checkpoint "runs/a.ckpt"'],
  ['', 'The checkpoint ""'],
])('from %o it is called %s', (origin, name) => {
  expect(sourceOf({ ...snapshotWith(), ...(origin !== undefined && { origin }) })).toBe(name)
})
