import { messageOf } from '@regimen/core'

/** Collects promises that were rejected and that nobody waited for, in place of Node's handler. */
export class RejectionWatch {
  readonly #found: unknown[] = []

  /** @returns a function that ends it and puts the listeners of others back */
  start(): () => void {
    const others = process.listeners('unhandledRejection')
    const listener = (reason: unknown) => void this.#found.push(reason)
    process.removeAllListeners('unhandledRejection')
    process.on('unhandledRejection', listener)
    return () => {
      process.off('unhandledRejection', listener)
      for (const other of others) process.on('unhandledRejection', other)
    }
  }

  /** The reasons since the last call, as text. */
  async take(): Promise<string[]> {
    await nextTurn()
    await nextTurn()
    return this.#found.splice(0).map(messageOf)
  }
}

/** One turn of the event loop, after which Node has reported rejections. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
