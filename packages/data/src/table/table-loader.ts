import type * as tf from '@tensorflow/tfjs-core'
import type { Columns } from '../columns.js'
import { randomSeed } from '../random.js'
import { adoptedEncoders } from './adopted-encoders.js'
import { checkEncoders, EncoderHolder, type Encoders, isFitted } from './encoders.js'
import { changedError, changeOf } from './file-identity.js'
import type { RecordSource } from './records.js'
import type { RowStore } from './row-store.js'
import {
  heldBatches,
  iterateEpoch,
  type Position,
  streamedBatches,
  type TableBatches,
} from './table-batches.js'
import { columnsOf, textsOf } from './table-columns.js'
import { refuseOption, type TableOptions } from './table-options.js'
import { TableReader } from './table-reader.js'
import { checkTableState, type TableIdentity, type TableState } from './table-state.js'

/** Files with more bytes than this are read anew in each epoch. */
const MOST_IN_MEMORY = 256 * 2 ** 20

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
        ? new EncoderHolder(source.owner, () => this.#fit())
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
    return columnsOf(this.#owner, await this.#readAll())
  }

  async texts(name: string): Promise<string[]> {
    return textsOf(this.#owner, await this.#readAll(), name)
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Record<string, tf.Tensor>> {
    const { epoch, batch } = this.#position
    const isResumed = this.#isRestored || batch === 0
    this.#isRestored = false
    const position = isResumed ? { epoch, batch } : { epoch: epoch + 1, batch: 0 }
    this.#position = position
    return iterateEpoch(this.#epoch(position), position)
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
    const isSame = JSON.stringify(state.encoders) === JSON.stringify(this.#holder.current)
    if (state.encoders && !isSame) this.#holder.set(state.encoders)
  }

  adopt(trained: unknown): void {
    const { encoders } = this.#options
    if (encoders !== undefined && !isFitted(encoders)) return
    const found = adoptedEncoders(this.#owner, trained)
    if (found && JSON.stringify(found) !== JSON.stringify(this.#holder.current))
      this.#holder.set(found)
  }

  async #load(): Promise<void> {
    const encoders = await this.#holder.ready()
    this.#stream ??= await this.#isLarge()
    if (!this.#stream) await this.#readAll(encoders)
    if (this.size !== 0) return
    const expected = `at most ${this.rows}, the number of rows, with "dropLast"`
    refuseOption(this.#owner, 'batchSize', this.#identity.batchSize, expected)
  }

  async #readAll(given?: Encoders): Promise<RowStore> {
    const encoders = given ?? (await this.#holder.ready())
    if (this.#store && this.#storeEncoders === encoders) return this.#store
    this.#store = await this.#reader.readAll(encoders)
    this.#storeEncoders = encoders
    return this.#store
  }

  async #fit(): Promise<Encoders> {
    this.#stream ??= await this.#isLarge()
    return this.#reader.fit(this.#stream)
  }

  async #isLarge(): Promise<boolean> {
    return (await this.#reader.bytes()) > MOST_IN_MEMORY
  }

  async *#epoch(position: Position): TableBatches {
    await this.load()
    const plan = { ...this.#identity, seed: this.#seed }
    if (this.#stream) {
      const encoders = await this.#holder.ready()
      yield* streamedBatches((how) => this.#reader.stream(encoders, how), plan, position)
    } else {
      const store = await this.#readAll()
      await this.#reader.noticeChange()
      yield* heldBatches(store, plan, position)
    }
  }
}
