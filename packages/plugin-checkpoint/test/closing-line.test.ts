import { expect, it } from 'vitest'
import type { CatalogEntry } from '../src/catalog.js'
import { closingLine } from '../src/closing-line.js'

const entry = (file: string, epoch: number, score: number | null = null): CatalogEntry => ({
  ...{ file: `${file}.safetensors`, epoch, batch: 0, step: 10 * (epoch + 1), score },
  ...{ monitor: score === null ? null : 'val_loss', run: 'r', sequence: 1, savedAt: 0 },
  ...{ sha256: '', size: 1, modifiedMs: 0 },
})

it.each([
  [[], undefined],
  [[entry('last', 2)], 'Checkpoints are in runs/a: last (epoch 3, step 30).'],
  [
    [entry('best', 1, 0.123456), entry('last', 2)],
    'Checkpoints are in runs/a: last (epoch 3, step 30) and best (epoch 2, step 20, val_loss 0.1235).',
  ],
  [
    [entry('last', 0), entry('best', 0, -1e-9), entry('epoch=0', 0, -1e-9)],
    'Checkpoints are in runs/a: last (epoch 1, step 10), best (epoch 1, step 10, val_loss -1e-9) and 1 numbered file.',
  ],
  [
    [entry('epoch=0', 0), entry('epoch=1', 1), entry('exception', 1)],
    'Checkpoints are in runs/a: exception (epoch 2, step 20) and 2 numbered files.',
  ],
])('%# says what is where', (entries, line) => {
  expect(closingLine(entries, 'runs/a')).toBe(line)
})
