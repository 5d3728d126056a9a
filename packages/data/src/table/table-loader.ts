import type * as tf from '@tensorflow/tfjs-core'
import { quote } from '../checks.js'
import type { Columns } from '../columns.js'
import { randomIndices, randomSeed, shuffledIndices } from '../random.js'
import {
  checkEncoders,
  type EncoderHolder,
  type Encoders,
  EncoderHolder as Holder,
} from './encoders.js'
import { changedError, changeOf } from './file-identity.js'
import type { RecordSource } from './records.js'
import type { RowStore } from './row-store.js'
import { refuseOption, type TableOptions } from './table-options.js'
import { TableReader } from './table-reader.js'
import { checkTableState, type TableIdentity, type TableState } from './table-state.js'

type AnyBatch = Record<string, tf.Tensor>

/** Files with more bytes than this are read anew in each epoch. */
const MOST_IN_MEMORY = 256 * 2 ** 20

interface Position {
  epoch: number
  batch: number
}

/** Batches of a table in files: from memory, or read anew in each epoch. */
export class TableLoader {
  readonly #owner: string
  readonly #options: TableOptions
  readonly #holder: EncoderHolder
  readonly #reader: TableReader
  readonly #identity: Omit<TableIdentity, 'stream'>
  #stream: boolean | undefined
  #seed: number | null
  #position: Position = { epoch: 0, batch: 0 }
  #isRestored = false
  #loading: Promise<void> | undefined
  /** All rows, if they are held in memory. */
  #store: RowStore | undefined
  /** The encoders that the store was made with. */
  #storeEncoders: Encoders | undefined

  constructor(source: RecordSource, options: TableOptions) {
    this.#owner = source.owner
    this.#options = options
    const {
      batchSize = 32,
      dropLast = false,
      shuffle = false,
      shuffleBuffer = 10_000,
    } = options
    this.#identity = { batchSize, dropLast, shuffle, shuffleBuffer }
    this.#stream = options.stream
    this.#seed = shuffle ? (options.seed ?? randomSeed()) : null
    this.#reader = new TableReader(source, options)
    this.#holder =
      options.encoders === undefined
        ? new Holder(source.owner, () => this.#fit())
        : checkEncoders(options.encoders, source.owner)
  }

  get encoders(): EncoderHolder {
    return this.#holder
  }

  /** Rows of all files, once they were read. */
  get rows(): number | undefined {
    return this.#store?.rows ?? this.#reader.rows
  }

  get size(): number | undefined {
    const { rows } = this
    if (rows === undefined) return undefined
    const { batchSize, dropLast } = this.#identity
    return dropLast ? Math.floor(rows / batchSize) : Math.ceil(rows / batchSize)
  }

  /** Reads what is needed before the first batch, so that `size` and `encoders` are known. */
  async load(): Promise<this> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined
    })
    await this.#loading
    return this
  }

  async columns(): Promise<Columns> {
    await this.#readAll()
    const store = this.#store as RowStore
    const entries = store.outputs.map(({ name, dtype, width, isMatrix }, index) => {
      if (dtype === 'string')
        refuseOption(
          this.#owner,
          `columns.${name}`,
          'string',
          "another type, or 'skip', for columns of numbers",
        )
      const shape = isMatrix ? [store.rows, width] : [store.rows]
      return [name, { data: store.dataOf(index), shape, dtype }] as const
    })
    return Object.fromEntries(entries) as Columns
  }

  async texts(name: string): Promise<string[]> {
    await this.#readAll()
    const store = this.#store as RowStore
    const index = store.outputs.findIndex((output) => output.name === name)
    const data = index < 0 ? undefined : store.dataOf(index)
    if (Array.isArray(data)) return data
    const names = store.outputs.flatMap((output) =>
      output.dtype === 'string' ? output.name : [],
    )
    return refuseOption(
      this.#owner,
      'name',
      name,
      `a column of the type "string": ${names.map(quote).join(', ') || 'there is none'}`,
    )
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<AnyBatch> {
    const { epoch, batch } = this.#position
    const isResumed = this.#isRestored || batch === 0
    this.#isRestored = false
    const position = isResumed ? { epoch, batch } : { epoch: epoch + 1, batch: 0 }
    this.#position = position
    let hasBegun = position.batch > 0
    let isOver = false
    const batches = this.#epoch(position)
    const end = () => {
      if (!isOver && hasBegun) nextEpoch(position)
      isOver = true
    }
    const iterator: AsyncIterableIterator<AnyBatch> = {
      next: async () => {
        hasBegun = true
        const result = await batches.next()
        if (result.done) end()
        return result
      },
      return: async () => {
        await batches.return(undefined)
        end()
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]: () => iterator,
    }
    return iterator
  }

  state(): TableState {
    const { epoch, batch } = this.#position
    const isOver = batch > 0 && batch === this.size
    return {
      loader: this.#owner,
      options: { ...this.#identity, stream: this.#stream ?? null },
      seed: this.#seed,
      ...(isOver ? { epoch: epoch + 1, batch: 0 } : { epoch, batch }),
      files: this.#reader.files ?? this.#reader.expected ?? null,
      encoders: this.#holder.current ?? null,
    }
  }

  restore(saved: unknown): void {
    const identity = { ...this.#identity, stream: this.#stream ?? null }
    const state = checkTableState(saved, this.#owner, identity, this.#options.seed)
    const { files } = this.#reader
    const change = files && state.files && changeOf(state.files, files)
    if (change) throw changedError(this.#owner, change)
    this.#reader.expected = state.files ?? undefined
    this.#stream = state.options.stream ?? undefined
    this.#seed = state.seed
    this.#position = { epoch: state.epoch, batch: state.batch }
    this.#isRestored = true
    if (state.encoders) this.#holder.set(state.encoders)
  }

  async #load(): Promise<void> {
    this.#stream ??= (await this.#reader.bytes()) > MOST_IN_MEMORY
    const encoders = await this.#holder.ready()
    if (!this.#stream) await this.#readAll(encoders)
    this.#checkSize()
  }

  async #readAll(given?: Encoders): Promise<void> {
    const encoders = given ?? (await this.#holder.ready())
    if (this.#store && this.#storeEncoders === encoders) return
    this.#store = await this.#reader.readAll(encoders)
    this.#storeEncoders = encoders
  }

  async #fit(): Promise<Encoders> {
    this.#stream ??= (await this.#reader.bytes()) > MOST_IN_MEMORY
    return this.#reader.fit(this.#stream)
  }

  #checkSize(): void {
    if (this.size !== 0) return
    const { batchSize } = this.#identity
    refuseOption(
      this.#owner,
      'batchSize',
      batchSize,
      `at most ${this.rows}, the number of rows, with "dropLast"`,
    )
  }

  async *#epoch(position: Position): AsyncGenerator<AnyBatch, undefined, undefined> {
    await this.load()
    if (this.#stream) yield* this.#streamed(position)
    else yield* this.#held(this.#store as RowStore, position)
  }

  async *#held(
    store: RowStore,
    position: Position,
  ): AsyncGenerator<AnyBatch, undefined, undefined> {
    const { batchSize } = this.#identity
    await this.#reader.noticeChange()
    const size = this.size as number
    const order =
      this.#seed === null
        ? Uint32Array.from({ length: store.rows }, (_, row) => row)
        : shuffledIndices(store.rows, { seed: this.#seed, stream: position.epoch })
    while (position.batch < size) {
      const begin = position.batch * batchSize
      const batch = store.batch(order.subarray(begin, begin + batchSize))
      position.batch++
      yield batch
    }
  }

  /** Rows before a resumed position are read again and dropped. */
  async *#streamed(position: Position): AsyncGenerator<AnyBatch, undefined, undefined> {
    const { batchSize, dropLast, shuffleBuffer } = this.#identity
    const buffer = this.#seed === null ? 1 : shuffleBuffer
    const choose =
      this.#seed === null
        ? () => 0
        : randomIndices({ seed: this.#seed, stream: position.epoch })
    const skipped = position.batch
    let made = 0
    const encoders = await this.#holder.ready()
    for await (const store of this.#reader.stream(encoders, {
      batchSize,
      buffer,
      choose,
    })) {
      if (store.rows < batchSize && dropLast) break
      if (made++ < skipped) continue
      const batch = store.tensors()
      position.batch++
      yield batch
    }
  }
}

function nextEpoch(position: Position): void {
  position.epoch++
  position.batch = 0
}
