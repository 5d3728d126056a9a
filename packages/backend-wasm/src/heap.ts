import {
  getKernel,
  type KernelBackend,
  type NamedAttrMap,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'

/** What tfjs' wasm backend knows about the storage of a tensor. */
interface HeapData {
  /** The number under which the C++ side knows the tensor. */
  readonly id: number
  /** Where the values begin on the heap, in bytes. */
  readonly memoryOffset: number
}

/** The part of tfjs' `BackendWasm` that the kernels use. */
export interface WasmBackend extends KernelBackend {
  readonly wasm: {
    readonly HEAPU8: Uint8Array
    _malloc(bytes: number): number
    _free(address: number): void
    /** What the WebAssembly instance exports, as Emscripten keeps it. */
    readonly asm?: { readonly memory?: WebAssembly.Memory }
    readonly tfjs: {
      disposeData(id: number): void
      registerTensor(id: number, size: number, memoryOffset: number): void
    }
  }
  readonly dataIdMap: {
    get(dataId: object): HeapData
    has(dataId: object): boolean
    delete(dataId: object): boolean
  }
  incRef(dataId: object): void
  makeOutput(
    shape: number[],
    dtype: TensorInfo['dtype'],
    memoryOffset?: number,
  ): TensorInfo
}

/** Inputs of a kernel by name. An optional one may be missing. */
export type Inputs = Readonly<Record<string, TensorInfo>>

/** Attributes of a kernel by name. */
export type Attributes = Readonly<NamedAttrMap>

/** A kernel for the wasm backend. The caller owns the result; the inputs stay the caller's. */
export type Kernel = (
  inputs: Inputs,
  backend: WasmBackend,
  attributes: Attributes,
) => TensorInfo

/** A kernel with several results, else as {@link Kernel}. */
export type KernelOfSeveral = (...operands: Parameters<Kernel>) => TensorInfo[]

/** Runs the registered wasm kernel of that name outside tfjs' tape; the caller frees the result. */
export function runKernel(
  name: string,
  inputs: Inputs,
  backend: WasmBackend,
  attrs: Attributes = {},
): TensorInfo {
  const { kernelFunc } = getKernel(name, 'wasm')
  const result = kernelFunc({ inputs, backend, attrs })
  return Array.isArray(result) ? (result[0] as TensorInfo) : result
}

/** Frees results of {@link runKernel} and {@link WasmBackend.makeOutput}. */
export function free(backend: WasmBackend, ...tensors: readonly TensorInfo[]): void {
  for (const { dataId } of tensors) backend.disposeData(dataId)
}

/** The same values under another shape of the same size. Owns nothing: do not free it. */
export function reshaped(tensor: TensorInfo, shape: readonly number[]): TensorInfo {
  return { dataId: tensor.dataId, dtype: tensor.dtype, shape: [...shape] }
}

/**
 * Values of a float32 tensor on the heap.
 * The heap moves when it grows: make all outputs first, and never keep what this returns.
 */
export function floats(
  backend: WasmBackend,
  { dataId, shape }: TensorInfo,
): Float32Array {
  const { memoryOffset } = backend.dataIdMap.get(dataId)
  return new Float32Array(
    backend.wasm.HEAPU8.buffer,
    memoryOffset,
    util.sizeFromShape(shape),
  )
}

/** Values of an int32 tensor on the heap; see {@link floats}. */
export function integers(
  backend: WasmBackend,
  { dataId, shape }: TensorInfo,
): Int32Array {
  const { memoryOffset } = backend.dataIdMap.get(dataId)
  return new Int32Array(
    backend.wasm.HEAPU8.buffer,
    memoryOffset,
    util.sizeFromShape(shape),
  )
}

/** Values of a float32, int32 or bool tensor on the heap; a bool is a byte. See {@link floats}. */
export function numbers(
  backend: WasmBackend,
  tensor: TensorInfo,
): Float32Array | Int32Array | Uint8Array {
  if (tensor.dtype === 'float32') return floats(backend, tensor)
  if (tensor.dtype === 'int32') return integers(backend, tensor)
  const { memoryOffset } = backend.dataIdMap.get(tensor.dataId)
  const { buffer } = backend.wasm.HEAPU8
  return new Uint8Array(buffer, memoryOffset, util.sizeFromShape(tensor.shape))
}

/** A zeroed float32 tensor; the caller frees it. */
export function makeZeros(backend: WasmBackend, shape: readonly number[]): TensorInfo {
  const out = backend.makeOutput([...shape], 'float32')
  floats(backend, out).fill(0)
  return out
}

/**
 * Lends a part of a float32 tensor, without a copy, to a function that runs kernels on it.
 * @param start first element of the part
 */
export function withView<T>(
  backend: WasmBackend,
  tensor: TensorInfo,
  start: number,
  shape: readonly number[],
  use: (view: TensorInfo) => T,
): T {
  const { memoryOffset } = backend.dataIdMap.get(tensor.dataId)
  const view = backend.makeOutput([...shape], 'float32', memoryOffset + 4 * start)
  try {
    return use(view)
  } finally {
    backend.wasm.tfjs.disposeData(backend.dataIdMap.get(view.dataId).id)
    backend.dataIdMap.delete(view.dataId)
  }
}
