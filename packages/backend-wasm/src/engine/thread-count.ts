import { nodeModule } from '../node-module.js'

/** How many threads an engine uses; `auto`: one for each core, at most 8. */
export type ThreadsOption = 'auto' | number

/** What a number of threads is decided by. */
export interface ThreadsFacts {
  readonly threads: ThreadsOption
  readonly cores: number
  readonly hasSimd: boolean
  /** Whether memory can be shared between threads here. */
  readonly canShare: boolean
  /** Whether this is a page or a worker of one. */
  readonly isPage: boolean
}

/** A number of threads, and why it is not what was asked for, as a clause. */
export interface ThreadCount {
  readonly threads: number
  readonly reason: string | undefined
}

const MOST_BY_DEFAULT = 8

/** Decides how many threads an engine uses. */
export function threadCount(facts: ThreadsFacts): ThreadCount {
  const { threads, cores, hasSimd, canShare, isPage } = facts
  const wanted = threads === 'auto' ? Math.min(cores, MOST_BY_DEFAULT) : threads
  if (wanted <= 1) {
    const reason = threads === 'auto' ? 'this machine has one core' : undefined
    return { threads: 1, reason }
  }
  if (!hasSimd) return { threads: 1, reason: 'WebAssembly has no SIMD here' }
  if (canShare) return { threads: wanted, reason: undefined }
  const reason = isPage
    ? 'the page is not cross-origin isolated: it needs the headers COOP and COEP'
    : 'there is no SharedArrayBuffer'
  return { threads: 1, reason }
}

/** The facts of this runtime. */
export function threadsFacts(threads: ThreadsOption, hasSimd: boolean): ThreadsFacts {
  const { crossOriginIsolated, navigator } = globalThis
  const os = nodeModule('node:os')
  const isPage = os === undefined
  return {
    threads,
    cores: os?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 1,
    hasSimd,
    canShare:
      typeof SharedArrayBuffer !== 'undefined' &&
      (!isPage || crossOriginIsolated === true),
    isPage,
  }
}
