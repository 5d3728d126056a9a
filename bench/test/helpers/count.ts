import * as tf from '@tensorflow/tfjs-core'

/** What tfjs was asked to do. */
export interface Counts {
  /** Launches by kernel. */
  readonly kernels: Readonly<Record<string, number>>
  /** Reads of the backend's memory, and of tensors. */
  readonly downloads: number
}

const BACKEND_READS = ['read', 'readSync'] as const
const TENSOR_READS = ['data', 'dataSync', 'array', 'arraySync', 'bytes'] as const
type Method = (...values: unknown[]) => unknown

/** Counts kernels and downloads while something runs. */
export async function counted(run: () => Promise<unknown>): Promise<Counts> {
  const kernels: Record<string, number> = {}
  let downloads = 0
  const undo = [
    before(tf.engine(), 'runKernel', (name) => {
      kernels[String(name)] = (kernels[String(name)] ?? 0) + 1
    }),
    ...BACKEND_READS.map((name) => before(tf.backend(), name, () => downloads++)),
    ...TENSOR_READS.map((name) => before(tf.Tensor.prototype, name, () => downloads++)),
  ]
  try {
    await run()
  } finally {
    for (const restore of undo) restore()
  }
  return { kernels, downloads }
}

/** Calls back before a method of an object runs, until the returned function is called. */
function before(target: object, name: string, tell: (first: unknown) => void): () => void {
  const methods = target as Record<string, Method>
  const isOwn = Object.hasOwn(target, name)
  const original = methods[name] as Method
  methods[name] = function (this: unknown, ...values) {
    tell(values[0])
    return original.apply(this, values)
  }
  return () => {
    if (isOwn) methods[name] = original
    else delete methods[name]
  }
}
