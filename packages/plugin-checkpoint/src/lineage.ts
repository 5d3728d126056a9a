import type { Json, PluginContext, Snapshot } from '@regimen/core'
import type { Variable } from '@tensorflow/tfjs-core'

/** A checkpoint that a run began with, as it is saved in `meta.lineage`. */
export type Parent = {
  /** Whether the run was resumed from it, or its module was given the weights by `loadWeights`. */
  readonly how: 'resumed' | 'weights'
  /** Where it was found. */
  readonly file: string
  /** The sha256 of its tensors. */
  readonly digest: string | null
  /** Completed epochs and optimizer steps of it. */
  readonly epoch: number
  readonly step: number
}

/** Where variables have their first values from. */
const parents = new WeakMap<Variable, Parent>()

/** Notes that variables were given the weights of a checkpoint. */
export function noteWeights(
  variables: Iterable<Variable>,
  snapshot: Snapshot,
  file: string,
): void {
  const parent = parentOf(snapshot, 'weights', file)
  for (const variable of variables) parents.set(variable, parent)
}

/**
 * Snapshots say which checkpoints their run began with, oldest first: the one that it was resumed from, unless the run
 * is still the same, or those whose weights its variables were given.
 */
export function tapLineage({ id, hooks }: PluginContext): void {
  let resumed: Snapshot | undefined
  let loaded: readonly Parent[] = []
  hooks.setup.tap(id, ({ run }) => {
    resumed = undefined
    const known = Object.values(run.variables).map((variable) => parents.get(variable))
    loaded = [...new Set(known)].filter((parent) => parent !== undefined)
  })
  hooks.loadState.tap(id, ({ snapshot }) => {
    resumed = snapshot
  })
  hooks.saveState.tap(id, (snapshot) => {
    const lineage = resumed ? lineageAfter(resumed, snapshot, id) : loaded
    if (lineage.length === 0 || 'lineage' in snapshot.meta) return snapshot
    return { ...snapshot, meta: { ...snapshot.meta, lineage: [...lineage] as Json } }
  })
}

/** The lineage of a run that was resumed: a run that goes on in its folder has the one that it had. */
export function lineageAfter(
  resumed: Snapshot,
  { meta }: Snapshot,
  id: string,
): readonly Parent[] {
  const runOf = (plugins: Snapshot['meta']['plugins']): unknown => Object(plugins[id]).run
  const before = lineageOf(resumed)
  const isSame = runOf(resumed.meta.plugins) === runOf(meta.plugins)
  if (isSame) return before
  return [...before, parentOf(resumed, 'resumed', resumed.origin ?? 'a snapshot')]
}

/** What a snapshot says of the checkpoints before it; entries of somebody else's making are left out. */
export function lineageOf({ meta }: Snapshot): readonly Parent[] {
  const { lineage } = meta
  if (!Array.isArray(lineage)) return []
  const isParent = (one: Partial<Parent> | null) =>
    typeof one?.file === 'string' && (one.how === 'resumed' || one.how === 'weights')
  return (lineage as Partial<Parent>[]).filter(isParent) as Parent[]
}

function parentOf({ meta, digest }: Snapshot, how: Parent['how'], file: string): Parent {
  const { epoch, step } = meta.position
  return { how, file, digest: digest ?? null, epoch, step }
}
