import { encodeJson, type Json, type NamedTensorData, type Snapshot } from '@regimen/core'

const RAW = 'raw/'
const MODULE = 'module/'

/** What of a snapshot belongs to a plugin: its state, and both sets of weights. */
export interface SavedAverage {
  readonly id: string
  readonly state: Json
  readonly average: NamedTensorData
  /** The weights that are trained; `undefined`: those that the snapshot holds. */
  readonly raw: NamedTensorData | undefined
}

/**
 * A snapshot whose weights are the averages: whoever tests, exports or loads it uses those. The
 * weights that are trained lie beside them, for a run that resumes.
 */
export function withAverage(snapshot: Snapshot, saved: SavedAverage): Snapshot {
  const { id, state, average, raw = under(MODULE, snapshot.tensors) } = saved
  const plugins = {
    ...snapshot.meta.plugins,
    [id]: encodeJson(state, `The state of "${id}"`),
  }
  return {
    meta: { ...snapshot.meta, plugins },
    tensors: {
      ...snapshot.tensors,
      ...prefixed(MODULE, average),
      ...prefixed(`plugin/${id}/${RAW}`, raw),
    },
  }
}

/** The weights that were trained, of a plugin's saved tensors. */
export const rawOf = (tensors: NamedTensorData): NamedTensorData => under(RAW, tensors)

/** The weights of a snapshot by the module's names. */
export const weightsOf = ({ tensors }: Snapshot): NamedTensorData =>
  under(MODULE, tensors)

function under(prefix: string, tensors: NamedTensorData): NamedTensorData {
  const matching = Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(
    matching.map(([name, data]) => [name.slice(prefix.length), data]),
  )
}

function prefixed(prefix: string, tensors: NamedTensorData): NamedTensorData {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, data]) => [prefix + name, data]),
  )
}
