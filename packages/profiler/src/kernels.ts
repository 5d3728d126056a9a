import type { PluginContext } from '@regimen/core'

/** One kernel as tfjs' `profile` reports it, as far as it is used. */
interface KernelCall {
  readonly name: string
  readonly bytesAdded: number
  /** Milliseconds, or why they could not be measured. */
  readonly kernelTimeMs: unknown
}

/** What tfjs' `profile` reports of one step, as far as it is used. */
interface KernelProfile {
  readonly kernels: readonly KernelCall[]
  readonly peakBytes: number
  readonly newBytes: number
  readonly newTensors: number
}

/** All calls of one kernel in a step. */
export interface KernelRow {
  readonly kernel: string
  readonly calls: number
  /** `undefined` if the backend cannot measure. */
  readonly totalMs: number | undefined
  /** Of the time of all kernels, from 0 to 1. */
  readonly share: number | undefined
  /** Bytes of the outputs that were newly allocated. */
  readonly bytes: number
}

/** The kernels of one training step, the slowest first, and its memory. */
export interface KernelTable {
  /** The batch of the run that was measured, from 1. */
  readonly step: number
  readonly rows: readonly KernelRow[]
  readonly totalMs: number | undefined
  /** Most bytes that were in use at once, those from before the step included. */
  readonly peakBytes: number
  /** Bytes and tensors that the step left over, metrics included. */
  readonly newBytes: number
  readonly newTensors: number
}

/**
 * Adds up the kernels of a step. What is made of other kernels (`customGrad`) would count twice and
 * is left out.
 *
 * @param isKernel whether a name is that of a kernel of the backend
 */
export function kernelTable(
  step: number,
  { kernels, peakBytes, newBytes, newTensors }: KernelProfile,
  isKernel: (name: string) => boolean,
): KernelTable {
  const sums = new Map<string, { calls: number; ms: number; bytes: number }>()
  for (const { name, bytesAdded, kernelTimeMs } of kernels) {
    if (!isKernel(name)) continue
    const sum = sums.get(name) ?? { calls: 0, ms: 0, bytes: 0 }
    sum.calls++
    sum.ms += typeof kernelTimeMs === 'number' ? kernelTimeMs : Number.NaN
    sum.bytes += Math.max(0, bytesAdded)
    sums.set(name, sum)
  }
  const known = (ms: number) => (Number.isNaN(ms) ? undefined : ms)
  const total = [...sums.values()].reduce((all, { ms }) => all + ms, 0)
  const rows = [...sums].map(([kernel, { calls, ms, bytes }]) => {
    return { kernel, calls, totalMs: known(ms), share: known(ms / total), bytes }
  })
  rows.sort((a, b) => (b.totalMs ?? 0) - (a.totalMs ?? 0) || b.bytes - a.bytes)
  const memory = { peakBytes: Math.max(0, peakBytes), newBytes, newTensors }
  return { step, rows, totalMs: known(total), ...memory }
}

type Tf = PluginContext['tf']

/**
 * Measures the kernels of one training batch, from the forward pass of its step to `batchEnd`, with
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

  /** Begins, if that is due and no other profile is being taken. */
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
        kernelTable(
          batch,
          profile,
          (name) => this.#tf.getKernel(name, backend) !== undefined,
        ),
      )
  }

  /** Ends what was begun. */
  end(): void {
    this.#finish?.()
    this.#finish = undefined
  }

  /** The table, once the device has reported all times; `undefined` if the batch never came. */
  async table(): Promise<KernelTable | undefined> {
    this.end()
    return this.#table
  }
}

function isProfiling(tf: Tf): boolean {
  const { state } = tf.engine() as unknown as {
    readonly state: { readonly profiling: boolean }
  }
  return state.profiling
}
