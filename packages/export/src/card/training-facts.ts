import { decodeJson, describeStop, type Snapshot } from '@regimen/core'
import { facts, numberText, table } from './markdown.js'

type Row = Readonly<Record<string, unknown>>

/** How far the training of a snapshot had come. */
export function trainingFacts({ meta }: Snapshot): string {
  const { position, elapsedMs, requested } = meta
  return facts([
    ['epochs', position.epoch],
    ['optimizer steps', position.step],
    ['samples seen', position.samples],
    ['validations', position.validations],
    ['duration', durationText(elapsedMs)],
    ['stopped by', requested ? describeStop(requested) : undefined],
  ])
}

/** What a snapshot knows of the data: sizes, and how its loaders say they are. */
export function dataFacts({ meta }: Snapshot): (readonly [string, unknown])[] {
  const { trainBatches, evaluated, loaders, position } = meta
  const train = decodeJson(loaders.train)
  const { rows, batchSize, shuffle, seed } = Object(train) as Record<string, unknown>
  // They are counted over all validations.
  const validations = Object.entries(evaluated).map(([name, total]) => {
    const batches = total / position.validations
    const label = `validation batches${name ? ` of ${name}` : ''}`
    return [label, Number.isInteger(batches) ? batches : undefined] as const
  })
  return [
    ['training samples', rows],
    ['training batches', trainBatches ?? undefined],
    ['batch size', batchSize],
    ['shuffled', shuffle],
    ['seed of the shuffling', seed ?? undefined],
    ...validations,
  ]
}

/**
 * Metrics by epoch: the last value, the lowest and the highest, and above them what a plugin takes for the best.
 *
 * @param run a later snapshot of the same run: then the value of the exported weights has a column of its own
 */
export function metricTable(snapshot: Snapshot, run = snapshot): string {
  const rows = rowsOf(run)
  const exported = rowsOf(snapshot).at(-1)
  const isEarlier = rows.length > rowsOf(snapshot).length
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (name) => name !== 'epoch',
  )
  const cells = names.map((name) => {
    const values = rows.flatMap(({ epoch, [name]: value }) =>
      typeof value === 'number' ? [{ epoch: Number(epoch) + 1, value }] : [],
    )
    const finite = values.filter(({ value }) => Number.isFinite(value))
    const sorted = finite.toSorted((one, other) => one.value - other.value)
    return [
      ...[name, ...(isEarlier ? [numberText(exported?.[name] ?? '-')] : [])],
      ...[at(values.at(-1)), at(sorted[0]), at(sorted.at(-1)), values.length],
    ]
  })
  const exportedHead = `this model (epoch ${Number(exported?.epoch ?? -1) + 1})`
  const heads = [
    'metric',
    ...(isEarlier ? [exportedHead] : []),
    'last',
    'lowest',
    'highest',
  ]
  return [facts(bestFacts(run)), table([...heads, 'epochs'], cells)]
    .filter(Boolean)
    .join('\n\n')
}

/** The best value that each plugin remembers, with where it was: `best val_loss: 0.1 (epoch 3, step 120)`. */
function bestFacts({ meta }: Snapshot): (readonly [string, unknown])[] {
  return Object.values(meta.plugins).flatMap((saved) => {
    const { monitor, best } = Object(decodeJson(saved)) as Record<string, unknown>
    const { score, epoch, step } = Object(best) as Record<string, unknown>
    if (typeof monitor !== 'string' || typeof score !== 'number') return []
    const where = `epoch ${Number(epoch) + 1}, step ${step}`
    return [[`best ${monitor}`, `${numberText(score)} (${where})`] as const]
  })
}

const rowsOf = ({ meta }: Snapshot) =>
  decodeJson(meta.history) as unknown as readonly Row[]

/** Names of the metrics of a snapshot. */
export function metricNames(snapshot: Snapshot): string[] {
  const rows = rowsOf(snapshot)
  return [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (name) => !/^epoch$|loss$/.test(name),
  )
}

interface Value {
  readonly epoch: number
  readonly value: number
}

const at = (found: Value | undefined): string =>
  found ? `${numberText(found.value)} (epoch ${found.epoch})` : '-'

function durationText(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 60) return `${numberText(Number(seconds.toFixed(1)))} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60
    ? `${minutes} min`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
