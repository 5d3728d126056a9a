/** A checkpoint of a folder. */
export interface CheckpointFile {
  /** Its name in the folder. */
  readonly file: string
  readonly bytes: number
  /** What `index.json` says of it; absent if it says nothing, or speaks of another state of the file. */
  readonly known?: KnownCheckpoint
}

/** What `index.json` of `@regimen/plugin-checkpoint` says of a file. */
export interface KnownCheckpoint {
  /** 0-based. */
  readonly epoch: number
  readonly step: number
  /** Value of the monitored metric, if there was one. */
  readonly score: number | null
  readonly monitor: string | null
  /** The higher, the newer. */
  readonly sequence: number
}

/** A checkpoint for a table or a script. */
export interface CheckpointFact extends Partial<KnownCheckpoint> {
  /** Path below the root of the runs. */
  readonly path: string
}

/** The checkpoints of a run. */
export interface RunCheckpoints {
  /** How many files there are. */
  readonly count: number
  readonly bytes: number
  /** What `resumeFrom: 'best'` takes; absent if nothing was monitored. */
  readonly best?: CheckpointFact
  /** What `resumeFrom: 'last'` takes. */
  readonly last?: CheckpointFact
  /** All of them, the newest first. */
  readonly files: readonly CheckpointFact[]
}

const [LAST, BEST, EXCEPTION] = ['last', 'best', 'exception'].map(
  (label) => `${label}.safetensors`,
)

/** The checkpoints of the folders of a run. Nothing if there are none. */
export function checkpointsOf(
  folders: readonly { readonly id: string; readonly files: readonly CheckpointFile[] }[],
): RunCheckpoints | undefined {
  const all = folders.flatMap(({ id, files }) =>
    files.map((one) => ({ ...one, path: id === '.' ? one.file : `${id}/${one.file}` })),
  )
  if (all.length === 0) return undefined
  const newestFirst = all.toSorted((one, other) => ageOf(other) - ageOf(one))
  const factOf = ({ path, known }: (typeof all)[number]): CheckpointFact => ({
    path,
    ...known,
  })
  const best = newestFirst.find(({ file }) => file === BEST)
  const resumable = newestFirst.filter(({ file }) => file !== EXCEPTION)
  const last = resumable.find(({ file }) => file === LAST) ?? resumable[0]
  return {
    count: all.length,
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    ...(best && { best: factOf(best) }),
    ...(last && { last: factOf(last) }),
    files: newestFirst.map(factOf),
  }
}

/**
 * Names of the files that must stay while only numbered ones are to go: those with a label, and where the label of
 * the last or the best state is missing or not as listed, the newest and all that may be the best.
 */
export function sparedFiles(files: readonly CheckpointFile[]): Set<string> {
  const labels = files.filter(({ file }) => [LAST, BEST, EXCEPTION].includes(file))
  const isWhole = (label: string | undefined) =>
    labels.some(({ file, known }) => file === label && known)
  const others = files.filter((one) => !labels.includes(one))
  const scores = others.flatMap(({ known }) => known?.score ?? [])
  const ends = [Math.min(...scores), Math.max(...scores)]
  // Whether lower or higher is better is not written down.
  const mayBeBest = others.filter(
    ({ known }) => typeof known?.score === 'number' && ends.includes(known.score),
  )
  const newest = others.toSorted((one, other) => ageOf(other) - ageOf(one)).slice(0, 1)
  const spared = [
    ...labels,
    ...(isWhole(LAST) ? [] : newest),
    ...(isWhole(BEST) ? [] : mayBeBest),
  ]
  return new Set(spared.map(({ file }) => file))
}

const ageOf = ({ known }: CheckpointFile): number => known?.sequence ?? -1
