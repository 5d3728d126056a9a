/** A way to train, measured in blocks of steps. */
export interface Contestant {
  readonly name: string
  /** Trains on so many batches. @returns milliseconds that they took */
  block(steps: number): Promise<number>
  /** Ends what goes on between blocks and disposes of everything. @throws what the training threw */
  close(): Promise<void>
}

/** Gives batches one after the other, again from the first when they are over. */
export function cycle<T>(items: readonly T[]): () => T {
  let next = 0
  return () => {
    if (next === items.length) next = 0
    return items[next++] as T
  }
}
