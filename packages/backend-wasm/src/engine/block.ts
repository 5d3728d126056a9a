/** A piece of the engine's memory. */
export interface Block {
  readonly address: number
  readonly bytes: number
  /** What the allocator knows it by. */
  readonly start: number
}
