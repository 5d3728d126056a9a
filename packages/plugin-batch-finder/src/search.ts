/** What a trial with a batch size found. */
export interface SizeTrial {
  readonly size: number
  /** Rows that a batch really had: fewer than `size` if the data have no more. */
  readonly rows: number
  readonly fits: boolean
  /** The most bytes of tensors that were seen. */
  readonly bytes: number
  /** Samples per second; 0 if it does not fit. */
  readonly rate: number
}

/** What a search found. */
export interface SizeSearch {
  /** The size that was chosen; `undefined` if not even the first fits. */
  readonly size: number | undefined
  readonly trials: readonly SizeTrial[]
}

/** Where a search begins and ends. */
export interface SearchLimits {
  readonly start: number
  readonly max: number
  readonly maxTrials: number
}

/** Tries one size. */
export type TrySize = (size: number) => Promise<SizeTrial>

/**
 * The largest size that fits: doubled until one does not, then by bisection between the two, as
 * `BatchSizeFinder` of Lightning does with `binsearch`.
 */
export async function largestThatFits(
  trySize: TrySize,
  { start, max, maxTrials }: SearchLimits,
): Promise<SizeSearch> {
  const trials: SizeTrial[] = []
  let fitting = 0
  let failing = max + 1
  let size = Math.min(start, max)
  while (trials.length < maxTrials && fitting + 1 < failing && size > fitting) {
    const trial = await trySize(size)
    trials.push(trial)
    if (trial.fits) fitting = trial.rows
    else failing = size
    if (trial.fits && trial.rows < size) break
    const hasFailed = failing <= max
    size = hasFailed ? Math.floor((fitting + failing) / 2) : Math.min(2 * size, max)
  }
  return { size: fitting || undefined, trials }
}

/** The size with the most samples per second among those that fit: doubled until two in a row are slower. */
export async function fastest(
  trySize: TrySize,
  { start, max, maxTrials }: SearchLimits,
): Promise<SizeSearch> {
  const trials: SizeTrial[] = []
  let best: SizeTrial | undefined
  let slower = 0
  for (
    let size = Math.min(start, max);
    trials.length < maxTrials && slower < 2;
    size *= 2
  ) {
    const trial = await trySize(Math.min(size, max))
    trials.push(trial)
    if (!trial.fits) break
    const isBest = best === undefined || trial.rate > best.rate
    if (isBest) best = trial
    slower = isBest ? 0 : slower + 1
    if (trial.rows < trial.size || size >= max) break
  }
  return { size: best?.rows, trials }
}
