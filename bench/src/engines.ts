import { useWasm } from '@regimen/backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { registerStub, STUB } from './stub-backend.js'

/** What runs the kernels. */
export type Engine = 'cpu' | 'stock wasm' | '@regimen/backend-wasm' | 'stub'

/** Makes an engine the current backend of tfjs. One engine per process: kernels are global. */
export async function useEngine(engine: Engine): Promise<void> {
  if (engine === '@regimen/backend-wasm') return useWasm()
  if (engine === 'stock wasm') {
    await import('@tensorflow/tfjs-backend-wasm')
    await tf.setBackend('wasm')
    return
  }
  if (engine === 'stub') registerStub()
  await tf.setBackend(engine === 'stub' ? STUB : 'cpu')
}

/**
 * Turns the wasm backend of this process into the stock one and back, by exchanging those kernels
 * that `@regimen/backend-wasm` replaces or adds. Leaves Regimen's in place.
 */
export async function exchangeableWasm(): Promise<(engine: 'stock' | 'regimen') => void> {
  await import('@tensorflow/tfjs-backend-wasm')
  const stock = tf.getKernelsForBackend('wasm')
  await useWasm()
  const regimen = tf.getKernelsForBackend('wasm').filter((kernel) => !stock.includes(kernel))
  const names = new Set(regimen.map(({ kernelName }) => kernelName))
  const replaced = stock.filter(({ kernelName }) => names.has(kernelName))
  const lists = { stock: replaced, regimen }
  let current: keyof typeof lists = 'regimen'
  return (engine) => {
    for (const { kernelName } of lists[current]) tf.unregisterKernel(kernelName, 'wasm')
    for (const kernel of lists[engine]) tf.registerKernel(kernel)
    current = engine
  }
}
