/** A layer at its place. */
export interface LayerBox {
  readonly name: string
  readonly kind: string
  readonly detail: string
  readonly inputs: readonly string[]
  readonly row: number
  readonly column: number
}

interface Layer {
  readonly class_name?: unknown
  readonly name?: unknown
  readonly config?: Readonly<Record<string, unknown>>
  readonly inbound_nodes?: unknown
}

/** What of a layer's config is worth a line. */
const SHOWN = [
  'units',
  'filters',
  'kernelSize',
  'kernel_size',
  'poolSize',
  'pool_size',
  'rate',
  'activation',
]

/**
 * The layers of a model in Keras' JSON, each below all that it reads from.
 *
 * @returns nothing if the text is no such model
 */
export function layoutOf(text: string): LayerBox[] | undefined {
  const layers = layersOf(text)
  if (!layers || layers.length === 0) return undefined
  const rows = new Map<string, number>()
  const taken = new Map<number, number>()
  return layers.map((layer, index) => {
    const { name, inputs } = namesOf(layer, layers[index - 1])
    const above = inputs.map((input) => rows.get(input) ?? -1)
    const row = Math.max(-1, ...above) + 1
    const column = taken.get(row) ?? 0
    rows.set(name, row)
    taken.set(row, column + 1)
    const facts = SHOWN.flatMap((key) =>
      layer.config?.[key] ? [`${key} ${String(layer.config[key])}`] : [],
    )
    return {
      name,
      kind: String(layer.class_name),
      detail: facts.slice(0, 2).join(', ') || name,
      inputs,
      row,
      column,
    }
  })
}

function layersOf(text: string): Layer[] | undefined {
  try {
    const found = Object(JSON.parse(text)) as {
      config?: unknown
      modelTopology?: unknown
    }
    const config = Object(found.config) as { layers?: unknown }
    const layers = Array.isArray(found.config) ? found.config : config.layers
    return Array.isArray(layers) ? (layers as Layer[]) : undefined
  } catch {
    return undefined
  }
}

/** In a Sequential model each layer reads from the one before. */
function namesOf(layer: Layer, before: Layer | undefined) {
  const nameOf = (one: Layer) => String(one.name ?? one.config?.name ?? one.class_name)
  if (!Array.isArray(layer.inbound_nodes))
    return { name: nameOf(layer), inputs: before ? [nameOf(before)] : [] }
  const nodes = layer.inbound_nodes.flat(1) as unknown[]
  const inputs = nodes.flatMap((node) =>
    Array.isArray(node) && typeof node[0] === 'string' ? [node[0]] : [],
  )
  return { name: nameOf(layer), inputs }
}
