import { quote } from '../checks.js'
import type { Json, Loader, LoaderState } from './loader.js'
import type { LoaderRecipe } from './loader-recipe.js'
import { disposeAll } from './tensors.js'

interface Position {
  epoch: number
  batch: number
}

interface Beginning {
  readonly isRestored: boolean
  readonly end: () => Promise<void>
}

/** A loader that follows a recipe: epochs, positions, and closing what was opened, however it ends. */
export function makeLoader<B>(recipe: LoaderRecipe<B>): Loader<B> {
  return new RecipeLoader(recipe)
}

class RecipeLoader<B> implements Loader<B> {
  readonly #recipe: LoaderRecipe<B>
  #position: Position = { epoch: 0, batch: 0 }
  #isRestored = false
  /** Ends the iteration that is open. */
  #end: (() => Promise<void>) | undefined
  /** States of the sources at the beginning of the epoch. */
  #atStart: readonly Json[] | undefined

  constructor(recipe: LoaderRecipe<B>) {
    this.#recipe = recipe
  }

  get size(): number | undefined {
    return this.#recipe.size()
  }

  state(): LoaderState {
    const { owner, options, memory } = this.#recipe
    const { epoch, batch } = this.#position
    const isOver = this.#isLast(batch)
    const next = isOver ? { epoch: epoch + 1, batch: 0 } : { epoch, batch }
    const sources = this.#sourceStates(isOver)
    const kept = memory?.save(isOver) ?? null
    return { loader: owner, options, ...next, sources, memory: kept }
  }

  #isLast(batch: number): boolean {
    return batch > 0 && (batch === this.size || this.#recipe.isLast?.(batch) === true)
  }

  #sourceStates(isOver: boolean): readonly Json[] {
    const { replays, feeds, sourceStates } = this.#recipe
    if (replays && this.#atStart && this.#position.batch > 0 && !isOver)
      return this.#atStart
    const ahead = isOver ? undefined : sourceStates?.()
    return ahead ?? feeds.map((feed) => feed.state())
  }

  adopt(trained: unknown): void {
    for (const feed of this.#recipe.feeds) feed.adopt(trained)
  }

  restore(saved: unknown): void {
    const { feeds, replays, sourceTaken, memory } = this.#recipe
    const { epoch, batch, sources, memory: kept } = this.#checked(saved)
    memory?.load(kept, { epoch, batch })
    const taken = sourceTaken?.(batch) ?? feeds.map(() => batch)
    for (const [index, feed] of feeds.entries()) {
      feed.restore(sources[index] ?? null, replays ? 0 : (taken[index] ?? 0))
      if (replays && batch > 0 && !feed.isResumable) feed.warn(batch)
    }
    this.#atStart = sources
    this.#position = { epoch, batch }
    this.#isRestored = true
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<B> {
    const { epoch, batch } = this.#position
    const isResumed = this.#isRestored || batch === 0
    const isRestored = this.#isRestored
    this.#isRestored = false
    const position = isResumed ? { epoch, batch } : { epoch: epoch + 1, batch: 0 }
    this.#position = position
    return this.#iterate(position, isRestored)
  }

  #iterate(position: Position, isRestored: boolean): AsyncIterableIterator<B> {
    let generator: AsyncGenerator<B, void, undefined> | undefined
    let isOver = false
    const end = async (): Promise<void> => {
      if (isOver) return
      isOver = true
      if (this.#end === end) this.#end = undefined
      await this.#close(position, generator)
    }
    const iterator: AsyncIterableIterator<B> = {
      next: async () => {
        if (isOver) return { done: true, value: undefined }
        generator ??= await this.#begin(position, { isRestored, end })
        try {
          const { done, value } = await generator.next()
          if (!done) {
            position.batch++
            await this.#drainAfter(position, value)
            return { done: false, value }
          }
        } catch (thrown) {
          await end().catch(() => undefined)
          throw thrown
        }
        await end()
        return { done: true, value: undefined }
      },
      return: async () => {
        await end()
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]: () => iterator,
    }
    return iterator
  }

  /** Sources are opened once at a time: an older iteration that nobody ended is over. */
  async #begin(position: Position, { isRestored, end }: Beginning) {
    const { feeds, memory, run } = this.#recipe
    const older = this.#end
    this.#end = end
    await older?.()
    if (!isRestored) {
      this.#atStart = feeds.map((feed) => feed.state())
      memory?.load(undefined, { ...position })
    }
    return run({ ...position })
  }

  /** After the last batch the sources are closed at once: their position is the next epoch's. */
  async #drainAfter({ batch }: Position, latest: B): Promise<void> {
    if (!this.#isLast(batch)) return
    try {
      for (const feed of this.#recipe.feeds) await feed.close()
    } catch (thrown) {
      disposeAll(latest)
      throw thrown
    }
  }

  async #close(
    position: Position,
    generator: AsyncGenerator<B, void, undefined> | undefined,
  ): Promise<void> {
    const { feeds, memory, run } = this.#recipe
    const errors: unknown[] = []
    const attempt = async (step: () => unknown) => {
      try {
        await step()
      } catch (thrown) {
        errors.push(thrown)
      }
    }
    // A resumed epoch that is given up at once is over for its sources too.
    const isGivenUp = !generator && position.batch > 0
    const ending = isGivenUp ? run({ ...position }) : generator
    if (isGivenUp) await attempt(async () => disposeAll((await ending?.next())?.value))
    await attempt(() => ending?.return())
    for (const feed of feeds) await attempt(() => feed.close())
    if (generator || isGivenUp) {
      position.epoch++
      position.batch = 0
    }
    if (this.#position === position) {
      this.#atStart = undefined
      memory?.load(undefined, { ...position })
    }
    if (errors.length > 0) throw errors[0]
  }

  #checked(saved: unknown): LoaderState {
    const { owner, options, feeds } = this.#recipe
    const state = Object(saved) as Partial<LoaderState>
    const isState =
      state.loader === owner &&
      [state.epoch, state.batch].every(
        (count) => Number.isSafeInteger(count) && Number(count) >= 0,
      ) &&
      Array.isArray(state.sources) &&
      state.sources.length === feeds.length
    if (!isState) {
      throw new TypeError(
        `The state to restore is ${quote(saved)}; give what state() of a loader of ${owner} with ${feeds.length} ${feeds.length === 1 ? 'source' : 'sources'} returned.`,
      )
    }
    const [wanted, found] = [JSON.stringify(options), JSON.stringify(state.options)]
    if (wanted !== found) {
      throw new RangeError(
        `The state to restore was saved by ${owner} with ${found}, but this one has ${wanted}, so it would give other batches. Make it with the same options.`,
      )
    }
    return state as LoaderState
  }
}
