import type { StateWithTensors, TensorData } from '@regimen/core'
import type * as TfNamespace from '@tensorflow/tfjs-core'
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'

interface Window {
  batches: number
  /** Samples of its first batch, which counts as 1; `undefined` if they are unknown: all count as 1. */
  readonly unit: number | undefined
  /** What its batches count together. */
  weight: number
  readonly sums: Map<string, Tensor>
}

/**
 * Windows that are not full yet: how many batches of each optimizer, what they count, and of which
 * variables. `unit` and `weight` are absent if all batches count alike, as in older states.
 */
export type WindowsMeta = {
  readonly [optimizer: string]: {
    readonly batches: number
    readonly variables: readonly string[]
    readonly unit?: number
    readonly weight?: number
  }
}

/** How the sums of a window become one gradient: their weighted mean, or as they are. */
export type Reduction = 'mean' | 'sum'

/** Sums of gradients by optimizer and variable. Owns the tensors until {@link dispose}. */
export class GradientSums {
  readonly #tf: typeof TfNamespace
  readonly #windows = new Map<string, Window>()

  constructor(tf: typeof TfNamespace) {
    this.#tf = tf
  }

  /** Batches in an optimizer's window so far. */
  batchesOf(optimizer: string): number {
    return this.#windows.get(optimizer)?.batches ?? 0
  }

  /**
   * Adds the gradients of one batch, which still belong to the caller. They count in proportion to its
   * samples; a batch of unknown size counts as the mean of those before it, and where the first is
   * unknown all count alike.
   *
   * @param samples those of the batch, if known; left out, batches count alike
   */
  add(optimizer: string, gradients: NamedTensorMap, samples?: number): void {
    const tf = this.#tf
    const window = this.#windows.get(optimizer) ?? newWindow(samples)
    this.#windows.set(optimizer, window)
    const { unit, sums } = window
    const usual = window.batches === 0 ? 1 : window.weight / window.batches
    const weight = unit === undefined || samples === undefined ? usual : samples / unit
    for (const [name, gradient] of Object.entries(gradients)) {
      const sum = sums.get(name)
      const added = tf.tidy(() => {
        const weighed = weight === 1 ? gradient : tf.mul(gradient, weight)
        return sum ? tf.add(sum, weighed) : tf.clone(weighed)
      })
      sums.set(name, tf.keep(added))
      sum?.dispose()
    }
    window.batches++
    window.weight += weight
  }

  /**
   * Ends an optimizer's window.
   *
   * @returns the weighted mean over its batches, or their sum, as new tensors, which the caller
   *   disposes of
   */
  take(optimizer: string, reduction: Reduction = 'mean'): NamedTensorMap {
    const { weight = 1, sums } = this.#windows.get(optimizer) ?? {}
    const taken: NamedTensorMap = {}
    for (const [name, sum] of sums ?? [])
      taken[name] = reduction === 'mean' ? this.#tf.div(sum, weight) : this.#tf.clone(sum)
    this.#drop(optimizer)
    return taken
  }

  /** Copies what windows hold so far. Cost: waits for the device, unless all are empty. */
  save(): StateWithTensors {
    const meta: Record<string, WindowsMeta[string]> = {}
    const tensors: Record<string, TensorData> = {}
    for (const [optimizer, { batches, unit, weight, sums }] of this.#windows) {
      const weights = unit === undefined ? {} : { unit, weight }
      meta[optimizer] = { batches, variables: [...sums.keys()], ...weights }
      for (const [name, sum] of sums) tensors[`${optimizer}/${name}`] = copied(sum)
    }
    return { meta, tensors }
  }

  /** Takes what {@link save} gave. */
  load(meta: WindowsMeta, tensors: StateWithTensors['tensors']): void {
    this.dispose()
    for (const [optimizer, { batches, variables, ...weights }] of Object.entries(meta)) {
      const { unit, weight = batches } = weights
      const sums = new Map<string, Tensor>()
      for (const name of variables) {
        const { data, shape, dtype } = tensors[`${optimizer}/${name}`] as TensorData
        sums.set(name, this.#tf.keep(this.#tf.tensor(data, [...shape], dtype)))
      }
      this.#windows.set(optimizer, { batches, unit, weight, sums })
    }
  }

  /** Frees everything. */
  dispose(): void {
    for (const optimizer of [...this.#windows.keys()]) this.#drop(optimizer)
  }

  #drop(optimizer: string): void {
    for (const sum of this.#windows.get(optimizer)?.sums.values() ?? []) sum.dispose()
    this.#windows.delete(optimizer)
  }
}

function newWindow(unit: number | undefined): Window {
  return { batches: 0, unit: unit === 0 ? undefined : unit, weight: 0, sums: new Map() }
}

function copied(tensor: Tensor): TensorData {
  const { shape, dtype } = tensor
  const data = tensor.dataSync().slice() as TensorData['data']
  return { dtype: dtype as TensorData['dtype'], shape: shape.slice(), data }
}
