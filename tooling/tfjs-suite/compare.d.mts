interface Result {
  readonly name: string
  readonly status: string
  readonly why: string
}

interface Group {
  readonly reason: string
  readonly specs: readonly string[]
}

interface Comparison {
  readonly ran: number
  readonly held: number
  readonly known: number
  /** Names of specs that fail and are not listed, each with why. */
  readonly unexpected: [string, string][]
  readonly mended: string[]
  readonly unknown: string[]
}

export function compare(results: readonly Result[], groups: readonly Group[]): Comparison
export function pruned(
  groups: readonly Group[],
  found: Pick<Comparison, 'mended' | 'unknown'>,
): Group[]
