import type { Block } from './block.js'
import type { KernelExports } from './kernel-module.js'
import { startThread, type Thread } from './thread.js'

/** Bytes of the control block; see `assembly/threads.ts`. */
const CONTROL_BYTES = 384
/** The next task of a closed ticket; see `assembly/threads.ts`. */
const CLOSED = 0x7fffffff

/** What a pool is made of. */
export interface PoolInput {
  readonly kernels: KernelExports
  readonly module: WebAssembly.Module
  readonly wide: WebAssembly.Module | null
  /** Shared. */
  readonly memory: WebAssembly.Memory
  readonly allocate: (bytes: number) => Block
  readonly scratchBytes: number
}

/** Threads that take part in launches. */
export interface Pool {
  /**
   * Sets how many threads launches use, this one included; starts those that are missing and ends those that
   * are too many.
   *
   * @returns how many there are after all
   */
  use(threads: number): Promise<number>
  /** Why a thread could not start, as a clause, if one could not. */
  readonly failure: string | undefined
  /** Ends all threads but this one. */
  stop(): void
}

/** A pool of one thread: this one. */
export function createPool(input: PoolInput): Pool {
  const { kernels, module, wide, memory, allocate, scratchBytes } = input
  const control = allocate(CONTROL_BYTES).address
  const words = new Int32Array(memory.buffer, control, CONTROL_BYTES / 4)
  words.fill(0)
  words[0] = CLOSED
  const started: Thread[] = []
  let failure: string | undefined
  return {
    get failure() {
      return failure
    },
    async use(threads) {
      const missing = failure === undefined ? threads - 1 - started.length : 0
      const starting = Array.from({ length: Math.max(0, missing) }, () => {
        const scratch = allocate(scratchBytes).address
        return startThread({ module, wide, memory, control, threads, scratch })
      })
      for (const thread of starting) {
        const reason = await thread.failure
        if (reason === undefined) started.push(thread)
        else failure ??= reason
      }
      for (const thread of started.splice(threads - 1)) thread.stop()
      const count = Math.min(threads, started.length + 1)
      kernels.setPool(control, count, Number(canWait()))
      return count
    },
    stop() {
      kernels.setPool(control, 1, 0)
      for (const thread of started.splice(0)) thread.stop()
    },
  }
}

/** Whether this thread may sleep: the main thread of a page may not, and says so whenever it tries. */
function canWait(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1)
    return true
  } catch {
    return false
  }
}
