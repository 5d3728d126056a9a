import type { Snapshot } from '@regimen/core'
import { expect, it } from 'vitest'
import { lineageFacts } from '../../src/card/lineage-facts.js'

const at = { epoch: 2, step: 40 }
it.each([
  [undefined, []],
  ['none', []],
  [[7, { how: 'resumed' }, null], []],
  [
    [{ how: 'resumed', file: 'a.safetensors', digest: 'f00d', ...at }],
    [['resumed from', 'a.safetensors (after epoch 2, step 40, sha256 f00d)']],
  ],
  [
    [{ how: 'weights', file: 'b', digest: null, ...at }],
    [['weights loaded from', 'b (after epoch 2, step 40)']],
  ],
])('of a checkpoint with the lineage %j: %j', (lineage, facts) => {
  const snapshot = { meta: { lineage }, digest: 'abc' } as unknown as Snapshot
  expect(lineageFacts(snapshot)).toEqual([['sha256 of its tensors', 'abc'], ...facts])
})
