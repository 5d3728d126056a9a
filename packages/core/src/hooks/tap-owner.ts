/** Whose taps these are: a plugin, or the user of the trainer. */
export interface TapOwner {
  readonly id: string
  /** Its place: the smaller comes first, in hooks that run in reverse the larger. */
  readonly order: number
  /** Names of the hooks that it taps, and `step` where it wrapped the step. */
  readonly taps: Set<string>
  /** Whether its taps are skipped. */
  isMuted: boolean
  /** What it waits for on purpose, newest last. */
  readonly waits: (() => string | undefined)[]
  /** The newest turn of the hook table in which a tap of it was called. */
  turn: number
}
