import type { StateWithTensors, TensorData } from '@regimen/core'
import type * as TfNamespace from '@tensorflow/tfjs-core'
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'

interface Window {
  batches: number
  readonly sums: Map<string, Tensor>
}

/** Windows that are not full yet: how many batches of each optimizer, and of which variables. */
export type WindowsMeta = {
  readonly [optimizer: string]: { readonly batches: number; readonly variables: readonly string[] }
}

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

  /** Adds the gradients of one batch, which still belong to the caller. */
  add(optimizer: string, gradients: NamedTensorMap): void {
    const tf = this.#tf
    const window = this.#windows.get(optimizer) ?? { batches: 0, sums: new Map<string, Tensor>() }
    this.#windows.set(optimizer, window)
    for (const [name, gradient] of Object.entries(gradients)) {
      const sum = window.sums.get(name)
      window.sums.set(name, tf.keep(sum ? tf.add(sum, gradient) : tf.clone(gradient)))
      sum?.dispose()
    }
    window.batches++
  }

  /**
   * Ends an optimizer's window.
   *
   * @returns the mean over its batches as new tensors, which the caller disposes of
   */
  takeMean(optimizer: string): NamedTensorMap {
    const { batches = 1, sums } = this.#windows.get(optimizer) ?? {}
    const means: NamedTensorMap = {}
    for (const [name, sum] of sums ?? []) means[name] = this.#tf.div(sum, batches)
    this.#drop(optimizer)
    return means
  }

  /** Copies what windows hold so far. Cost: waits for the device, unless all are empty. */
  save(): StateWithTensors {
    const meta: Record<string, WindowsMeta[string]> = {}
    const tensors: Record<string, TensorData> = {}
    for (const [optimizer, { batches, sums }] of this.#windows) {
      meta[optimizer] = { batches, variables: [...sums.keys()] }
      for (const [name, sum] of sums) tensors[`${optimizer}/${name}`] = copied(sum)
    }
    return { meta, tensors }
  }

  /** Takes what {@link save} gave. */
  load(meta: WindowsMeta, tensors: StateWithTensors['tensors']): void {
    this.dispose()
    for (const [optimizer, { batches, variables }] of Object.entries(meta)) {
      const sums = new Map<string, Tensor>()
      for (const name of variables) {
        const { data, shape, dtype } = tensors[`${optimizer}/${name}`] as TensorData
        sums.set(name, this.#tf.keep(this.#tf.tensor(data, [...shape], dtype)))
      }
      this.#windows.set(optimizer, { batches, sums })
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

function copied(tensor: Tensor): TensorData {
  const { shape, dtype } = tensor
  const data = tensor.dataSync().slice() as TensorData['data']
  return { dtype: dtype as TensorData['dtype'], shape: shape.slice(), data }
}
