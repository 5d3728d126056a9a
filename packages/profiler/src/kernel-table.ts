/** One kernel as tfjs' `profile` tells it, as far as it is used. */
export interface KernelCall {
  readonly name: string
  readonly bytesAdded: number
  /** Milliseconds, or why they could not be measured. */
  readonly kernelTimeMs: unknown
}

/** What tfjs' `profile` tells of one step, as far as it is used. */
export interface KernelProfile {
  readonly kernels: readonly KernelCall[]
  readonly peakBytes: number
  readonly newBytes: number
  readonly newTensors: number
}

/** All calls of one kernel in a step. */
export interface KernelRow {
  readonly kernel: string
  readonly calls: number
  /** `undefined` where the backend cannot measure. */
  readonly totalMs: number | undefined
  /** Of the time of all kernels, from 0 to 1. */
  readonly share: number | undefined
  /** Bytes of the outputs that were newly allocated. */
  readonly bytes: number
}

/** The kernels of one training step, the slowest first, and its memory. */
export interface KernelTable {
  /** The batch of the run that was measured, from 1. */
  readonly step: number
  readonly rows: readonly KernelRow[]
  readonly totalMs: number | undefined
  /** Most bytes that were in use at once, those from before the step included. */
  readonly peakBytes: number
  /** Bytes and tensors that the step left over, metrics included. */
  readonly newBytes: number
  readonly newTensors: number
}

/**
 * Adds up the kernels of a step. What is made of other kernels (`customGrad`) would count twice and
 * is left out.
 *
 * @param isKernel whether a name is that of a kernel of the backend
 */
export function kernelTable(
  step: number,
  { kernels, peakBytes, newBytes, newTensors }: KernelProfile,
  isKernel: (name: string) => boolean,
): KernelTable {
  const sums = new Map<string, { calls: number; ms: number; bytes: number }>()
  for (const { name, bytesAdded, kernelTimeMs } of kernels) {
    if (!isKernel(name)) continue
    const sum = sums.get(name) ?? { calls: 0, ms: 0, bytes: 0 }
    sum.calls++
    sum.ms += typeof kernelTimeMs === 'number' ? kernelTimeMs : Number.NaN
    sum.bytes += Math.max(0, bytesAdded)
    sums.set(name, sum)
  }
  const known = (ms: number) => (Number.isNaN(ms) ? undefined : ms)
  const total = [...sums.values()].reduce((all, { ms }) => all + ms, 0)
  const rows = [...sums].map(([kernel, { calls, ms, bytes }]) => {
    return { kernel, calls, totalMs: known(ms), share: known(ms / total), bytes }
  })
  rows.sort((a, b) => (b.totalMs ?? 0) - (a.totalMs ?? 0) || b.bytes - a.bytes)
  const memory = { peakBytes: Math.max(0, peakBytes), newBytes, newTensors }
  return { step, rows, totalMs: known(total), ...memory }
}
