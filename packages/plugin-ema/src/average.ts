import type { NamedTensorData, PluginContext, RunInfo } from '@regimen/core'
import type * as tf from '@tensorflow/tfjs-core'

type Tfjs = PluginContext['tf']
type Variables = RunInfo['variables']

/** The average of a module's variables, in tensors of its own until it is disposed of. */
export class Average {
  readonly #tf: Tfjs
  readonly #variables: Variables
  readonly #tensors = new Map<string, tf.Tensor>()

  constructor(tfjs: Tfjs, variables: Variables) {
    this.#tf = tfjs
    this.#variables = variables
  }

  /** Whether it holds values. */
  get isReady(): boolean {
    return this.#tensors.size > 0
  }

  /**
   * Moves towards the present weights.
   *
   * @param share of the difference: 1 copies them
   * @param statistics of variables that are not trained: moved too, or copied
   */
  update(share: number, statistics: 'average' | 'latest'): void {
    for (const [name, variable] of Object.entries(this.#variables)) {
      const average = this.#tensors.get(name)
      const isCopied =
        average === undefined ||
        share === 1 ||
        variable.dtype !== 'float32' ||
        (!variable.trainable && statistics === 'latest')
      // A clone shares values with the variable; tfjs copies what is shared before it is written to.
      this.#set(name, isCopied ? variable.clone() : this.#moved(average, variable, share))
    }
  }

  #moved(average: tf.Tensor, variable: tf.Variable, share: number): tf.Tensor {
    const { add, mul, sub, tidy } = this.#tf
    return tidy(() => add(average, mul(sub(variable, average), share)))
  }

  /** Takes over saved values. */
  load(saved: NamedTensorData): void {
    for (const name of Object.keys(this.#variables)) {
      const { data, shape, dtype } = saved[name] ?? {}
      if (data && shape) this.#set(name, this.#tf.tensor(data, [...shape], dtype))
    }
  }

  #set(name: string, tensor: tf.Tensor): void {
    this.#tensors.get(name)?.dispose()
    this.#tensors.set(name, this.#tf.keep(tensor))
  }

  /** Calls a function while the variables have the averaged values; then each has its own storage back. */
  during<Result>(call: () => Result): Result {
    const held = Object.entries(this.#variables).map(
      ([name, variable]) => [name, variable, variable.clone()] as const,
    )
    try {
      for (const [name, variable] of held) this.#assign(variable, name)
      return call()
    } finally {
      for (const [, variable, own] of held) {
        variable.assign(own)
        own.dispose()
      }
    }
  }

  /** Gives the variables the averaged values. */
  assign(): void {
    for (const [name, variable] of Object.entries(this.#variables))
      this.#assign(variable, name)
  }

  #assign(variable: tf.Variable, name: string): void {
    const average = this.#tensors.get(name)
    if (average) variable.assign(average)
  }

  /** Copies it to host memory. Cost: a download of each, which waits for the device. */
  copy(): Promise<NamedTensorData> {
    return copyTensors(Object.fromEntries(this.#tensors))
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose()
    this.#tensors.clear()
  }
}

/** Copies tensors to host memory. Cost: a download of each, which waits for the device. */
export async function copyTensors(
  tensors: Readonly<Record<string, tf.Tensor>>,
): Promise<NamedTensorData> {
  const entries = Object.entries(tensors).map(async ([name, tensor]) => {
    const data = (await tensor.data()).slice()
    const { dtype, shape } = tensor
    return [name, { dtype, shape: [...shape], data } as NamedTensorData[string]] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Gives variables saved values. */
export function assignData(
  tfjs: Tfjs,
  variables: Variables,
  saved: NamedTensorData,
): void {
  tfjs.tidy(() => {
    for (const [name, { data, shape, dtype }] of Object.entries(saved))
      variables[name]?.assign(tfjs.tensor(data, [...shape], dtype))
  })
}
