/** A save whose tensors have been copied. */
export interface QueuedSave {
  /** Whether a newer save may take its place: it only refreshes `last`. */
  readonly isReplaceable: boolean
  run(): Promise<void>
}

/**
 * Saves one after the other in the background. At most two are held: one that is being written and one
 * that waits. The first error ends it; the next caller receives the error, and nobody receives it again at the end.
 */
export class SaveQueue {
  #running: Promise<void> | undefined
  #waiting: QueuedSave | undefined
  #failure: { readonly error: unknown } | undefined
  #isTold = false

  /**
   * Makes room for a save, to be called before its tensors are copied: takes out a waiting one that the
   * new one replaces, else waits until the one before it is written.
   *
   * @throws what an earlier save failed with
   */
  async makeRoom(isReplacing: boolean): Promise<void> {
    if (isReplacing && this.#waiting?.isReplaceable) this.#waiting = undefined
    while (this.#waiting) await this.#running
    this.#rethrow()
  }

  /** Takes a save that there is room for. */
  push(save: QueuedSave): void {
    this.#waiting = save
    if (!this.#running) this.#next()
  }

  /** Waits until all is written. @throws the error of a failed save, unless it was thrown before */
  async drain(): Promise<void> {
    while (this.#running) await this.#running
    if (!this.#isTold) this.#rethrow()
  }

  #next(): void {
    const save = this.#failure ? undefined : this.#waiting
    this.#waiting = undefined
    this.#running = save && this.#run(save)
  }

  async #run(save: QueuedSave): Promise<void> {
    try {
      await save.run()
    } catch (error) {
      this.#failure ??= { error }
    }
    this.#next()
  }

  #rethrow(): void {
    if (!this.#failure) return
    this.#isTold = true
    throw this.#failure.error
  }
}
