import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../heap.js'

/** The inputs of `RegimenOptimizerStep`. */
export interface OptimizerStep {
  readonly variables: readonly TensorInfo[]
  /** Of each variable, in the same order. */
  readonly gradients: readonly TensorInfo[]
  /** Those of the first variable, then those of the second, and so on. */
  readonly slots: readonly TensorInfo[]
}

/** The attributes of `RegimenOptimizerStep`. */
export interface StepAttributes {
  readonly rule: string
  /** Of each variable: what the rule goes by, in the order of `assembly/optimizer-rules.ts`. */
  readonly scalars: readonly (readonly number[])[]
}

/** The step of one variable. */
export interface StepPart {
  /** The next value and slots. */
  readonly writes: readonly TensorInfo[]
  /** The value, the slots and the gradient. */
  readonly reads: readonly TensorInfo[]
  readonly scalars: readonly number[]
}

/** The steps of the variables. @param written where the next values of a tensor go */
export function stepParts(
  { variables, gradients, slots }: OptimizerStep,
  scalars: StepAttributes['scalars'],
  slotCount: number,
  written: (tensor: TensorInfo) => TensorInfo,
): StepPart[] {
  return variables.map((variable, i) => {
    const own = slots.slice(i * slotCount, (i + 1) * slotCount)
    const values = [variable, ...own]
    return {
      writes: values.map(written),
      reads: [...values, gradients[i] as TensorInfo],
      scalars: scalars[i] as readonly number[],
    }
  })
}

/** Whether a tensor is the only one with its values, so that these may be changed. */
export function isInPlace(backend: WasmBackend, { dataId }: TensorInfo): boolean {
  return backend.refCount(dataId) === 1
}

/** XNNPACK keeps packed copies of weights by the tensor's number; they go when it is registered anew. */
export function withoutPackedCopies(backend: WasmBackend, tensor: TensorInfo): void {
  const { id, memoryOffset } = backend.dataIdMap.get(tensor.dataId)
  backend.wasm.tfjs.disposeData(id)
  backend.wasm.tfjs.registerTensor(id, util.sizeFromShape(tensor.shape), memoryOffset)
}
