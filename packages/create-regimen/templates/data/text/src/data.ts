import { readFileSync } from 'node:fs'
import { arrayLoader } from '@regimen/data'

/** Characters that the model sees before it predicts the next one. */
const WINDOW = 24

const text = readFileSync(new URL('../data/text.txt', import.meta.url), 'utf8')

/** Every character of the text; its place is the number that stands for it. */
export const vocabulary = [...new Set(text)].sort()

/** Characters in a row of the input. */
export const inputShape = [WINDOW]

/** How many characters may come next. */
export const classes = vocabulary.length

/**
 * Loaders of windows of the text, `[batch, 24]`, and the character that follows each, `[batch]`. The last
 * fifth of the text is kept for validation and test, so that nothing is tested that was trained.
 */
export async function loaders() {
  const codes = [...text].map((character) => vocabulary.indexOf(character))
  const [first, second] = [0.8, 0.9].map((share) => Math.floor(codes.length * share))
  return {
    train: arrayLoader(windowsOf(codes.slice(0, first)), { batchSize: 64, shuffle: true, seed: 1 }),
    validation: arrayLoader(windowsOf(codes.slice(first, second)), { batchSize: 256 }),
    test: arrayLoader(windowsOf(codes.slice(second)), { batchSize: 256 }),
  }
}

function windowsOf(codes: readonly number[]) {
  const count = codes.length - WINDOW
  if (count < 1)
    throw new Error(`The text is too short: each part needs more than ${WINDOW} characters.`)
  const data = new Int32Array(count * WINDOW)
  for (let row = 0; row < count; row++) data.set(codes.slice(row, row + WINDOW), row * WINDOW)
  return {
    x: { data, shape: [count, WINDOW] },
    y: Float32Array.from(codes.slice(WINDOW)),
  }
}
