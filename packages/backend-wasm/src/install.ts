import {
  getKernel,
  type KernelFunc,
  registerKernel,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import type { Inputs, Kernel, KernelOfSeveral, WasmBackend } from './heap.js'
import { addedKernels, replacedKernels } from './kernels.js'

const MARK = Symbol.for('regimen.backend-wasm')

/**
 * Registers the training kernels for tfjs' backend `wasm`, whose own kernels must be registered
 * already. A second call does nothing, also from another copy of this package.
 */
export function installKernels(): void {
  if (MARK in getKernel('BatchMatMul', 'wasm')) return
  for (const [name, replace] of Object.entries(replacedKernels)) {
    const { setupFunc, disposeFunc, kernelFunc } = getKernel(name, 'wasm')
    unregisterKernel(name, 'wasm')
    register(name, replace(fromTfjs(kernelFunc)), { setupFunc, disposeFunc })
  }
  for (const [name, kernel] of Object.entries(addedKernels)) register(name, kernel)
}

function register(
  name: string,
  kernel: Kernel | KernelOfSeveral,
  lifecycle: object = {},
): void {
  const kernelFunc: KernelFunc = ({ inputs, backend, attrs = {} }) =>
    kernel(inputs as Inputs, backend as WasmBackend, attrs)
  registerKernel({
    ...lifecycle,
    kernelName: name,
    backendName: 'wasm',
    kernelFunc,
    ...{ [MARK]: true },
  })
}

function fromTfjs(kernelFunc: KernelFunc): Kernel {
  return (inputs, backend, attrs) => {
    const result = kernelFunc({ inputs, backend, attrs })
    return Array.isArray(result) ? (result[0] as ReturnType<Kernel>) : result
  }
}
