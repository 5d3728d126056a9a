import type { PluginContext } from '@regimen/core'
import { type KernelTable, kernelTable } from './kernel-table.js'

type Tf = PluginContext['tf']

/**
 * Measures the kernels of one training batch, from the heart of its step to `batchEnd`, with
 * `tf.profile`. That waits for a promise, so that the asynchronous part of the batch is in it.
 */
export class KernelStep {
  readonly #tf: Tf
  readonly #step: number
  #table: Promise<KernelTable> | undefined
  #finish: (() => void) | undefined

  constructor(tf: Tf, step: number) {
    this.#tf = tf
    this.#step = step
  }

  /** Begins, where that is due and no other profile is being taken. */
  begin(batch: number): void {
    if (this.#table || batch < this.#step || isProfiling(this.#tf)) return
    const backend = this.#tf.getBackend()
    const isOver = new Promise<void>((resolve) => {
      this.#finish = resolve
    })
    const query = (() => isOver) as unknown as Parameters<Tf['profile']>[0]
    this.#table = this.#tf
      .profile(query)
      .then((profile) =>
        kernelTable(batch, profile, (name) => this.#tf.getKernel(name, backend) !== undefined),
      )
  }

  /** Ends what was begun. */
  end(): void {
    this.#finish?.()
    this.#finish = undefined
  }

  /** The table, once the device has told all times; `undefined` where the batch never came. */
  async table(): Promise<KernelTable | undefined> {
    this.end()
    return this.#table
  }
}

function isProfiling(tf: Tf): boolean {
  const { state } = tf.engine() as unknown as { readonly state: { readonly profiling: boolean } }
  return state.profiling
}
