import * as tf from '@tensorflow/tfjs-core'
import { checkCount, checkFlag, checkKeys, checkSeed } from './checks.js'
import type { ColumnTensor } from './column-tensor.js'
import type { Columns } from './columns.js'
import { gather } from './gather.js'
import { type ArrayLoaderState, checkState, type LoaderIdentity } from './position.js'
import { randomSeed, shuffledIndices } from './random.js'
import { type ResolvedColumns, resolveColumns } from './resolve-columns.js'

/** Options of {@link arrayLoader}. */
export interface ArrayLoaderOptions {
  /** Rows per batch; the last batch of an epoch may be smaller. Default 32. */
  readonly batchSize?: number
  /** Whether each epoch has an order of its own. Default false: the order of the rows. */
  readonly shuffle?: boolean
  /** Decides every epoch's order, a whole number from 0. Default: random, kept in the state. */
  readonly seed?: number
  /** Whether a last batch that is not full is left out. Default false. */
  readonly dropLast?: boolean
}

/** A batch: for each column a tensor of shape `[rows in the batch, ...shape of a row]`, of its rank if that is known. */
export type Batch<C = Columns> = { [Name in keyof C]: ColumnTensor<C[Name]> }

/** Batches of columns, epoch by epoch, from a position that can be saved. */
export interface ArrayLoader<B> extends Iterable<B> {
  /** Batches per epoch. */
  readonly size: number
  /** Rows of the columns. */
  readonly rows: number
  /** Begins the next epoch, or resumes where {@link restore} put it. The caller disposes the batches. */
  [Symbol.iterator](): IterableIterator<B>
  /** The position of the latest iteration; read it between two batches. */
  state(): ArrayLoaderState
  /**
   * Puts the loader at the position of another one: the next iteration gives the rest of that epoch.
   *
   * @throws TypeError, RangeError if the state is not one of a loader of the same rows and options
   */
  restore(state: unknown): void
}

interface Position {
  epoch: number
  batch: number
}

const OPTION_KEYS = ['batchSize', 'shuffle', 'seed', 'dropLast']

/**
 * Makes batches of typed arrays, typed by their rank: `shape: [rows, 784]` gives `tf.Tensor2D`. Each
 * iteration is an epoch, with an order that depends on the seed and the epoch's number alone. Cost: one copy into one typed array per column and batch.
 *
 * @throws TypeError, RangeError for columns that differ in their number of rows or do not fit their
 *   shape, and for options that are not known or out of range
 * @example
 * const [pixels, labels] = [new Uint8Array(8000 * 28 * 28), new Int32Array(8000)]
 * const train = arrayLoader(
 *   { x: { data: pixels, shape: [8000, 28, 28, 1], scale: 1 / 255 }, y: labels },
 *   { batchSize: 64, shuffle: true, seed: 1 },
 * )
 * for (const { x, y } of train) tf.dispose([x, y]) // x: float32 [64, 28, 28, 1], y: int32 [64]
 */
export function arrayLoader<const C extends Columns<C>>(
  columns: C,
  options: ArrayLoaderOptions = {},
): ArrayLoader<Batch<C>> {
  return new Loader(resolveColumns(columns), options) as ArrayLoader<Batch<C>>
}

/** What {@link makeArrayLoader} does in another way than `arrayLoader`. */
export interface Drawing {
  /** The function that the user called. */
  readonly owner: string
  /** Rows of an epoch. */
  readonly count: number
  /** Kept in the state: a state with another is refused. */
  readonly weights: string
  /** The rows of an epoch, which depend on the seed and the epoch alone. */
  readonly draw: (seed: number, epoch: number) => Uint32Array
}

/** A loader of columns whose epochs have rows of another choice. */
export function makeArrayLoader<C extends Columns<C>>(
  columns: ResolvedColumns,
  options: ArrayLoaderOptions,
  drawing: Drawing,
): ArrayLoader<Batch<C>> {
  return new Loader(columns, options, drawing) as ArrayLoader<Batch<C>>
}

class Loader implements ArrayLoader<Batch> {
  readonly size: number
  readonly rows: number
  readonly #columns: ResolvedColumns['byName']
  readonly #owner: string
  readonly #identity: LoaderIdentity
  readonly #fixedSeed: number | undefined
  #seed: number | null
  /** Of the latest iteration, which moves it; each iteration has a separate one. */
  #position: Position = { epoch: 0, batch: 0 }
  #isRestored = false

  readonly #draw: Drawing['draw']

  constructor(
    { rows: all, byName }: ResolvedColumns,
    options: ArrayLoaderOptions,
    drawing?: Drawing,
  ) {
    const owner = drawing?.owner ?? 'arrayLoader'
    checkOptions(options, owner)
    const rows = drawing?.count ?? all
    this.#draw =
      drawing?.draw ?? ((seed, stream) => shuffledIndices(rows, { seed, stream }))
    const { batchSize = 32, shuffle = false, dropLast = false, seed } = options
    this.#columns = byName
    this.rows = rows
    this.size = dropLast ? Math.floor(rows / batchSize) : Math.ceil(rows / batchSize)
    if (this.size === 0) {
      throw new RangeError(
        `${owner} with ${rows} rows, batchSize ${batchSize} and dropLast has no batch; give a batchSize up to ${rows} or leave dropLast out.`,
      )
    }
    this.#owner = owner
    this.#identity = {
      rows,
      batchSize,
      dropLast,
      shuffle,
      ...(drawing && { weights: drawing.weights }),
    }
    this.#fixedSeed = seed
    this.#seed = shuffle ? (seed ?? randomSeed()) : null
  }

  [Symbol.iterator](): IterableIterator<Batch> {
    const { epoch, batch } = this.#position
    const isResumed = this.#isRestored || batch === 0
    this.#isRestored = false
    const position = isResumed ? { epoch, batch } : { epoch: epoch + 1, batch: 0 }
    this.#position = position
    return this.#iterate(position)
  }

  state(): ArrayLoaderState {
    const { epoch, batch } = this.#position
    const next = batch < this.size ? { epoch, batch } : { epoch: epoch + 1, batch: 0 }
    return { ...this.#identity, seed: this.#seed, ...next }
  }

  restore(saved: unknown): void {
    const { epoch, batch, seed } = checkState(saved, {
      owner: this.#owner,
      identity: this.#identity,
      seed: this.#fixedSeed,
      size: this.size,
    })
    this.#seed = seed
    this.#position = { epoch, batch }
    this.#isRestored = true
  }

  #iterate(position: Position): IterableIterator<Batch> {
    let order: Uint32Array | undefined
    let isOver = false
    const iterator: IterableIterator<Batch> = {
      next: () => {
        if (isOver || position.batch >= this.size) return { done: true, value: undefined }
        order ??= this.#orderOf(position.epoch)
        const batch = this.#batch(order, position.batch)
        position.batch++
        return { done: false, value: batch }
      },
      return: () => {
        if (!isOver && position.batch > 0) endEpoch(position)
        isOver = true
        return { done: true, value: undefined }
      },
      [Symbol.iterator]: () => iterator,
    }
    return iterator
  }

  #orderOf(epoch: number): Uint32Array {
    if (this.#seed !== null) return this.#draw(this.#seed, epoch)
    return Uint32Array.from({ length: this.rows }, (_, row) => row)
  }

  #batch(order: Uint32Array, index: number): Batch {
    const { batchSize } = this.#identity
    const rows = order.subarray(index * batchSize, (index + 1) * batchSize)
    const tensors = Object.entries(this.#columns).map(([name, column]) => {
      const shape = [rows.length, ...column.rowShape]
      return [name, tf.tensor(gather(column, rows), shape, column.dtype)] as const
    })
    return Object.fromEntries(tensors)
  }
}

/** An iteration that stops early ends its epoch: the next iteration is the next epoch. */
function endEpoch(position: Position): void {
  position.epoch++
  position.batch = 0
}

function checkOptions(options: ArrayLoaderOptions, owner: string): void {
  checkKeys(options, OPTION_KEYS, owner)
  const { batchSize = 1, seed } = options
  checkCount(batchSize, { owner, name: 'batchSize' })
  for (const name of ['shuffle', 'dropLast'] as const) {
    if (options[name] !== undefined) checkFlag(options[name], { owner, name })
  }
  if (seed !== undefined) checkSeed(seed, owner)
}
