import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'

export const DEVICE = 'device'

/**
 * Stands for a GPU: computes as the cpu backend does, but its memory cannot be looked into, so that
 * values come out by `read` and `readSync` only.
 */
class DeviceBackend extends tf.KernelBackend {
  readonly #memory = new MathBackendCPU()

  run(kernel: tf.KernelConfig, inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap | undefined) {
    return kernel.kernelFunc({ inputs, backend: this.#memory, ...(attrs && { attrs }) })
  }

  override write(...values: Parameters<MathBackendCPU['write']>) {
    return this.#memory.write(...values)
  }
  override move(...values: Parameters<MathBackendCPU['move']>) {
    this.#memory.move(...values)
  }
  override async read(dataId: object) {
    return this.#memory.readSync(dataId)
  }
  override readSync(dataId: object) {
    return this.#memory.readSync(dataId)
  }
  override disposeData(dataId: object, force?: boolean) {
    return this.#memory.disposeData(dataId, force)
  }
  override incRef(dataId: object) {
    this.#memory.incRef(dataId)
  }
  override refCount(dataId: object) {
    return this.#memory.refCount(dataId)
  }
  override numDataIds() {
    return this.#memory.numDataIds()
  }
  override memory() {
    return { unreliable: true }
  }
  override timerAvailable() {
    return false
  }
  override floatPrecision(): 32 {
    return 32
  }
  override epsilon() {
    return 1e-7
  }
  override dispose() {
    this.#memory.dispose()
  }
}

/** Registers the backend and makes it the current one. */
export async function useDevice(): Promise<void> {
  tf.registerBackend(DEVICE, () => new DeviceBackend(), 0)
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    tf.registerKernel({
      ...kernel,
      backendName: DEVICE,
      kernelFunc: ({ inputs, attrs, backend }) =>
        (backend as DeviceBackend).run(kernel, inputs, attrs),
    })
  }
  await tf.setBackend(DEVICE)
}
