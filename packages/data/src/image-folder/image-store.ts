import { DecodePool } from './decode-pool.js'
import type { ImageFiles } from './image-files.js'
import type { ImageSettings } from './image-options.js'
import { nodeModule } from './node-module.js'

/** Rows that a thread is asked for at once. */
const CHUNK = 8
/** Bytes of decoded images that are kept by default. */
const CACHE_LIMIT = 512 * 2 ** 20
const MOST_WORKERS = 4

/** The decoded images of a loader: bytes `[height, width, channels]` each, made when they are needed. */
export class ImageStore {
  readonly #files: ImageFiles
  readonly #settings: ImageSettings
  readonly #bytes: number
  readonly #cache: Uint8Array | undefined
  readonly #isCached: Uint8Array
  #pool: DecodePool | undefined

  constructor(files: ImageFiles, settings: ImageSettings) {
    const { size, channels } = settings
    const rows = files.paths.length
    this.#files = files
    this.#settings = settings
    this.#bytes = size[0] * size[1] * channels
    const isKept = settings.cache ?? rows * this.#bytes <= CACHE_LIMIT
    this.#cache = isKept ? new Uint8Array(rows * this.#bytes) : undefined
    this.#isCached = new Uint8Array(rows)
  }

  /** Bytes of these rows, one after the other. @throws Error that names the file that cannot be decoded */
  async pixels(rows: Uint32Array): Promise<Uint8Array> {
    const out = new Uint8Array(rows.length * this.#bytes)
    const missing: number[] = []
    for (const [place, row] of rows.entries()) {
      if (this.#isCached[row]) out.set(this.#cached(row), place * this.#bytes)
      else missing.push(place)
    }
    const chunks = Array.from({ length: Math.ceil(missing.length / CHUNK) }, (_, n) =>
      missing.slice(n * CHUNK, (n + 1) * CHUNK),
    )
    await Promise.all(chunks.map((places) => this.#decode(places, rows, out)))
    return out
  }

  /** Which files cannot be decoded, by row, and why. */
  async broken(): Promise<Map<number, string>> {
    const found = new Map<number, string>()
    const rows = this.#files.paths.length
    const check = async (first: number) => {
      const answer = await this.#open().decode(
        this.#files.paths.slice(first, first + CHUNK),
      )
      for (const { index, why } of answer.broken) found.set(first + index, why)
    }
    const firsts = Array.from({ length: Math.ceil(rows / CHUNK) }, (_, n) => n * CHUNK)
    await Promise.all(firsts.map(check))
    return found
  }

  /** Ends the threads; the next image starts them again. */
  async close(): Promise<void> {
    const pool = this.#pool
    this.#pool = undefined
    await pool?.close()
  }

  async #decode(places: number[], rows: Uint32Array, out: Uint8Array): Promise<void> {
    const { paths } = this.#files
    const wanted = places.map((place) => rows[place] as number)
    const { pixels, broken } = await this.#open().decode(
      wanted.map((row) => paths[row] as string),
    )
    const [first] = broken
    if (first) {
      const path = paths[wanted[first.index] as number]
      throw new Error(
        `fromImages cannot decode ${path}: ${first.why}. Mend or remove the file, or give skipBroken.`,
      )
    }
    for (const [index, row] of wanted.entries()) {
      const image = pixels.subarray(index * this.#bytes, (index + 1) * this.#bytes)
      out.set(image, (places[index] as number) * this.#bytes)
      if (!this.#cache) continue
      this.#cache.set(image, row * this.#bytes)
      this.#isCached[row] = 1
    }
  }

  #cached(row: number): Uint8Array {
    return (this.#cache as Uint8Array).subarray(
      row * this.#bytes,
      (row + 1) * this.#bytes,
    )
  }

  #open(): DecodePool {
    if (this.#pool) return this.#pool
    const os = nodeModule<typeof import('node:os')>('node:os', 'fromImages')
    const spare = Math.min(MOST_WORKERS, Math.max(1, os.availableParallelism() - 1))
    this.#pool = new DecodePool(this.#settings, this.#settings.workers ?? spare)
    return this.#pool
  }
}
