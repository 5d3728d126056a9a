/** The owner of taps: a plugin, or the user of the trainer. */
export interface TapOwner {
  readonly id: string
  /** Owners are called in ascending order, in reverse hooks in descending order. */
  readonly order: number
  /** Names of the hooks that it taps, and `step` if it wraps the step. */
  readonly taps: Set<string>
  /** Whether its taps are skipped. */
  isMuted: boolean
  /** What it waits for on purpose, latest last. */
  readonly waits: (() => string | undefined)[]
  /** The last turn of the hook table in which one of its taps was called. */
  turn: number
}
