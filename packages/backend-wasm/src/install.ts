import {
  getKernel,
  getKernelsForBackend,
  type KernelFunc,
  registerKernel,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import { engineOf } from './engine/engine.js'
import type { Inputs, Kernel, KernelOfSeveral, WasmBackend } from './heap.js'
import { addedKernels, composedKernels, replacedKernels } from './kernel-repairs.js'
import { launchKernels } from './kernels/all-kernels.js'

const MARK = Symbol.for('regimen.backend-wasm')

/**
 * Registers the training kernels for tfjs' backend `wasm`, whose own kernels must be registered
 * already: first the repairs, which run anywhere, then over them the kernels made of launches.
 * Without SIMD those that tfjs lacks are left out. A second call does nothing, also from another copy of this package.
 */
export function installKernels({ hasSimd = true } = {}): void {
  if (MARK in getKernel('BatchMatMul', 'wasm')) return
  for (const [name, kernel] of Object.entries(addedKernels)) register(name, kernel)
  for (const [name, replace] of Object.entries(replacedKernels)) {
    replaceKernel(name, replace)
  }
  for (const { kernelName } of getKernelsForBackend('wasm')) {
    if (!composedKernels.has(kernelName)) replaceKernel(kernelName, reported(kernelName))
  }
  for (const [name, launch] of Object.entries(launchKernels)) {
    if (hasSimd || getKernel(name, 'wasm') !== undefined) replaceKernel(name, launch)
  }
}

type Replacement = (current: Kernel) => Kernel | KernelOfSeveral

function replaceKernel(name: string, replace: Replacement): void {
  const current = getKernel(name, 'wasm')
  if (current === undefined) {
    register(name, replace(missing(name)))
    return
  }
  const { setupFunc, disposeFunc, kernelFunc } = current
  unregisterKernel(name, 'wasm')
  register(name, replace(asOurs(kernelFunc)), { setupFunc, disposeFunc })
}

/** The kernel, of which a recorder hears before it runs. */
function reported(name: string): Replacement {
  return (kernel) => (inputs, backend, attributes) => {
    engineOf(backend)?.recorder?.unknown(name)
    return kernel(inputs, backend, attributes)
  }
}

function missing(name: string): Kernel {
  return () => {
    throw new Error(`The kernel "${name}" needs WebAssembly with SIMD.`)
  }
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

/** A registered kernel as one of ours. The type does not tell kernels of several results apart. */
function asOurs(kernelFunc: KernelFunc): Kernel {
  return (inputs, backend, attrs) =>
    kernelFunc({ inputs, backend, attrs }) as ReturnType<Kernel>
}
