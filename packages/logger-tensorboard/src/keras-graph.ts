/** One layer. */
export interface GraphNode {
  /** With the names of the models around it: `encoder/dense_1`. */
  readonly name: string
  /** Class of the layer. */
  readonly op: string
  /** Names of the layers whose output it takes. */
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  /** Of an input: its shape, -1 if any size goes. */
  readonly shape?: readonly number[]
}

type Config = Readonly<Record<string, unknown>>
type Reference = readonly [layer: string, node: number, tensor: number]
interface Layer {
  readonly class_name: string
  readonly config: Config | readonly Layer[]
  readonly inbound_nodes?: readonly (readonly Reference[])[]
}
/** Names of the nodes that give a layer's outputs. */
type Outputs = readonly string[]

/**
 * The layers of a model and what flows between them, from the JSON of `model.toJSON()`; models in
 * models are scopes.
 *
 * @throws if it is no JSON, or not that of a model
 */
export function kerasGraph(json: string): GraphNode[] {
  const parsed = JSON.parse(json) as Layer & { readonly model_config?: Layer }
  const model = parsed?.model_config ?? parsed
  if (!isModel(model))
    throw new TypeError('It has no layers; give the text of model.toJSON().')
  const nodes: GraphNode[] = []
  addModel(model, { scope: '', fed: [] }, nodes)
  return nodes
}

interface Place {
  /** Names of the models around, each with a slash. */
  readonly scope: string
  /** What the model is given by the one around it. */
  readonly fed: Outputs
}

function addModel(model: Layer, { scope, fed }: Place, nodes: GraphNode[]): Outputs {
  const { config } = model
  const layers = layersOf(model)
  const byName = new Map<string, Outputs>()
  const inputs = isSequence(config) ? [] : references((config as Config).input_layers)
  let before: Outputs = fed
  for (const layer of layers) {
    const name = nameOf(layer)
    const inbound = layer.inbound_nodes?.flat()
    const place = inputs.findIndex(([input]) => input === name)
    const outer = fed[place]
    const taken = inbound ? inbound.map((one) => outputOf(byName, one, scope)) : before
    const feeds = outer === undefined ? taken : [outer]
    before = isModel(layer)
      ? addModel(layer, { scope: `${scope}${name}/`, fed: feeds }, nodes)
      : addLayer(layer, { scope, fed: feeds }, nodes)
    byName.set(name, before)
  }
  const outputs = isSequence(config) ? [] : references((config as Config).output_layers)
  return outputs.length === 0
    ? before
    : outputs.map((one) => outputOf(byName, one, scope))
}

function addLayer(layer: Layer, { scope, fed }: Place, nodes: GraphNode[]): Outputs {
  const config = layer.config as Config
  const name = scope + nameOf(layer)
  const shape =
    layer.class_name === 'InputLayer' ? shapeOf(config.batch_input_shape) : undefined
  const attributes = attributesOf(config)
  nodes.push({
    name,
    op: layer.class_name,
    inputs: [...new Set(fed)],
    attributes,
    ...(shape && { shape }),
  })
  return [name]
}

function outputOf(
  known: ReadonlyMap<string, Outputs>,
  [layer, , tensor]: Reference,
  scope: string,
) {
  const outputs = known.get(layer)
  return outputs?.[tensor] ?? outputs?.at(-1) ?? scope + layer
}

function isModel(layer: Layer | undefined): layer is Layer {
  return Array.isArray(layer?.config) || Array.isArray((layer?.config as Config)?.layers)
}

function isSequence(config: Layer['config']): config is readonly Layer[] {
  return Array.isArray(config)
}

function layersOf({ config }: Layer): readonly Layer[] {
  return isSequence(config) ? config : ((config as Config).layers as readonly Layer[])
}

/** TensorFlow's names have no spaces. */
function nameOf({ config, class_name }: Layer): string {
  const name = isSequence(config) ? undefined : (config as Config).name
  return typeof name === 'string' ? name.replace(/[^\w.\\/>-]/g, '_') : class_name
}

/** A list of references, or a single one. */
function references(value: unknown): readonly Reference[] {
  if (!Array.isArray(value) || value.length === 0) return []
  return (Array.isArray(value[0]) ? value : [value]) as readonly Reference[]
}

function shapeOf(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.map((size: unknown) => (typeof size === 'number' ? size : -1))
}

/** What describes a layer in a line: no names, no initializers. */
function attributesOf(config: Config): Record<string, string | number | boolean> {
  const attributes: Record<string, string | number | boolean> = {}
  for (const [key, value] of Object.entries(config)) {
    const isList = Array.isArray(value) && value.every((item) => typeof item !== 'object')
    if (key === 'name' || key === 'batch_input_shape') continue
    if (isList) attributes[key] = JSON.stringify(value)
    else if (typeof value !== 'object')
      attributes[key] = value as string | number | boolean
  }
  return attributes
}
