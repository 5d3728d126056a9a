import type { Kernel, KernelOfSeveral } from '../heap.js'

/**
 * Kernels made of launches, by name. Each is made from the kernel whose place it takes, which it calls for
 * dtypes that it does not know and where there is no engine; kernels that tfjs lacks get one that throws.
 */
export type LaunchKernels = Readonly<
  Record<string, (fallback: Kernel) => Kernel | KernelOfSeveral>
>
