import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import type { Machine } from '../../src/binding.js'
import type { FoundGpus } from '../../src/found-gpus.js'

/** What a stand-in for a binding does when it is imported. */
export interface FakeOptions {
  readonly usesGpu?: boolean
  /** What it exports. */
  readonly exports?: object
  /** Called with the name while it loads. */
  readonly onLoad?: (name: string) => void
}

/** Imports of a binding whose backend `tensorflow` is tfjs' own for the cpu. */
export function fakeLoad({ usesGpu = false, exports = tf, onLoad }: FakeOptions = {}) {
  return async (name: string): Promise<unknown> => {
    onLoad?.(name)
    const isGPUPackage = name.endsWith('-gpu')
    const backend = Object.assign(new MathBackendCPU(), { isGPUPackage, isUsingGpuDevice: usesGpu })
    if (!tf.getKernel('Add', 'tensorflow')) tf.copyRegisteredKernels('cpu', 'tensorflow')
    tf.registerBackend('tensorflow', () => backend, 3)
    return { default: exports }
  }
}

/** Takes the backend out of tfjs again. */
export async function unload(): Promise<void> {
  if (tf.findBackendFactory('tensorflow') !== null) tf.removeBackend('tensorflow')
  await tf.setBackend('cpu')
}

export const TWO_GPUS: FoundGpus = {
  listed: ['GPU 0: A', 'GPU 1: B'],
  nvidiaSmi: 'nvidia-smi: GPU 0: A, GPU 1: B',
  devices: ['/dev/nvidia0', '/dev/nvidia1'],
  missing: [],
}

export const NO_GPUS: FoundGpus = {
  listed: undefined,
  nvidiaSmi: 'nvidia-smi: not installed',
  devices: [],
  missing: ['libcuda.so.1', 'libcudnn.so.8'],
}

/** A machine in whose process nothing is loaded. */
export function fakeMachine(changes: Partial<Machine> = {}): Machine {
  const own = { platform: 'linux', arch: 'x64', node: '20.19.0', env: {} }
  return { ...own, findGpus: async () => TWO_GPUS, ...changes }
}
