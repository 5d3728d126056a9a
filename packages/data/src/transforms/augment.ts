import { checkFunction, checkKeys, checkSeed, checkWord } from '../checks.js'
import { Feed } from '../loader/feed.js'
import type { Loader, Source } from '../loader/loader.js'
import { makeLoader } from '../loader/make-loader.js'
import { rowsIn, withBatch } from '../loader/tensors.js'
import type { PerOptions } from './map.js'
import { perSample } from './per-sample.js'
import { type BatchRandom, batchRandom, type SampleRandom } from './sample-random.js'
import { SeedMemory } from './seed-memory.js'

/** Options of {@link augment}. */
export interface AugmentOptions extends PerOptions {
  /** Decides all random numbers, a whole number from 0. Default: random, kept in the state. */
  readonly seed?: number
}

/**
 * Changes every batch at random. The numbers of a sample depend on the seed, the epoch and its position
 * in the epoch alone: not on the batch size, nor on whether the run was resumed. Who owns what is as
 * with `map`.
 *
 * @throws TypeError, RangeError for a source that gives no batches, and for wrong options
 * @example
 * const digits = { data: new Uint8Array(64 * 784), shape: [64, 28, 28, 1], scale: 1 / 255 } as const
 * const flip = randomFlip()
 * const shown = augment(arrayLoader({ x: digits }), ({ x }, random) => ({ x: flip(x, random) }), { seed: 1 })
 * for await (const { x } of shown) x.dispose()
 */
export function augment<In, Out>(
  source: Source<In>,
  fn: (sample: In, random: SampleRandom) => Out | Promise<Out>,
  options: AugmentOptions & { readonly per: 'sample' },
): Loader<Out>
export function augment<In, Out>(
  source: Source<In>,
  fn: (batch: In, random: BatchRandom) => Out | Promise<Out>,
  options?: AugmentOptions & { readonly per?: 'batch' },
): Loader<Out>
export function augment<In, Out>(
  source: Source<In>,
  fn: (value: In, random: never) => Out | Promise<Out>,
  options: AugmentOptions = {},
): Loader<Out> {
  checkFunction(fn, 'augment')
  checkKeys(options, ['seed', 'per'], 'augment')
  const { per = 'batch' } = options
  checkWord(per, { owner: 'augment', name: 'per', words: ['batch', 'sample'] })
  if (options.seed !== undefined) checkSeed(options.seed, 'augment')
  const seed = new SeedMemory(options.seed, 'augment')
  const feed = new Feed(source, 'augment')
  let samples = 0
  return makeLoader<Out>({
    owner: 'augment',
    options: { per },
    feeds: [feed],
    size: () => feed.size,
    memory: {
      save: (isOver) => ({ seed: seed.value, samples: isOver ? 0 : samples }),
      load(saved) {
        const state = Object(saved) as { seed?: unknown; samples?: unknown }
        if (saved !== undefined) seed.load(state.seed)
        samples = Number.isSafeInteger(state.samples) ? (state.samples as number) : 0
      },
    },
    async *run({ epoch }) {
      for await (const value of feed.batches(epoch)) {
        const rows = rowsIn(value)
        const random = batchRandom({ seed: seed.value, epoch, samples, rows })
        const made = await withBatch(value, () =>
          per === 'batch'
            ? fn(value, random as never)
            : perSample(value, (sample, row) => fn(sample, random.sample(row) as never)),
        )
        samples += rows
        yield made
      }
    },
  })
}
