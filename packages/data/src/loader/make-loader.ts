import { quote } from '../checks.js'
import type { Feed } from './feed.js'
import type { Json, Loader, LoaderState } from './loader.js'
import { disposeAll } from './tensors.js'

/** Where an iteration begins. */
export interface Start {
  readonly epoch: number
  /** Batches of the epoch that were given before. */
  readonly batch: number
}

/** What makes a loader of its sources. */
export interface LoaderRecipe<B> {
  /** The function that the user called, for errors. */
  readonly owner: string
  /** What decides which batches there are; a state with others is refused. */
  readonly options: Json
  /** Sources by position; a recipe opens them, they are closed for it. */
  readonly feeds: readonly Feed<unknown>[]
  readonly size: () => number | undefined
  /** Whether no batch follows so many. Default: as the size says. */
  readonly isLast?: (batch: number) => boolean
  /**
   * The batches of one epoch from a position on. It opens the sources, which are at that position, or
   * with {@link replays} at the beginning of the epoch.
   */
  readonly run: (start: Start) => AsyncGenerator<B, void, undefined>
  /**
   * Whether a resumed epoch is read again from its beginning, by a recipe that looks ahead. `run` then
   * leaves out the first `batch` batches itself, so that it need not make them.
   */
  readonly replays?: boolean
  /** States of the sources at the latest batch, for a recipe that is ahead of it. */
  readonly sourceStates?: () => readonly Json[] | undefined
  /** How many batches of each source belong to the position, for sources without a state. Default: as many as given. */
  readonly sourceTaken?: (batch: number) => readonly number[]
  readonly memory?: {
    /** `isOver`: as at the beginning of the next epoch. */
    readonly save: (isOver: boolean) => Json
    /** @throws TypeError for what was not saved by it; `undefined` begins anew */
    readonly load: (memory: Json | undefined, start: Start) => void
  }
}

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
