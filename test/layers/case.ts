import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'

type Layer = tfl.layers.Layer
type Shape = readonly number[]

/** A layer in one configuration, and what it is fed with. */
export interface LayerCase {
  /** Its function in `tf.layers`. */
  readonly layer: string
  /** The configuration in words, empty for the plain one. */
  readonly as: string
  /** Shapes of the inputs without the batch. */
  readonly inputs: readonly Shape[]
  /** Makes the layer; called within each model. */
  readonly make: () => Layer
  /** Default `grid`. `tokens`: whole numbers from 0 to 4; `rows of zeros`: masked steps. */
  readonly values?: 'grid' | 'tokens' | 'rows of zeros'
  /** Why it cannot be used at all, where that is known without a model. */
  readonly never?: string
  readonly instead?: string
  /** The shape that Keras gives, where tfjs gives another. */
  readonly output?: Shape
  /** A layer before it, as `masking` before a recurrent one. */
  readonly before?: () => Layer
}

type Options = Pick<LayerCase, 'values' | 'before' | 'never' | 'instead' | 'output'>

/** Builds the cases of one layer: words for the configuration, input shapes, how it is made. */
export const cases = (
  layer: string,
  ...rows: readonly (readonly [string, Shape | readonly Shape[], () => Layer, Options?])[]
): LayerCase[] =>
  rows.map(([as, shape, make, options = {}]) => {
    const inputs = (Array.isArray(shape[0]) ? shape : [shape]) as readonly Shape[]
    return { layer, as, inputs, make, ...options }
  })

const BATCH = 3

/** A model of the case, its weights set to values that are the same in every run, and its inputs. */
export interface Built {
  readonly model: tfl.LayersModel
  readonly inputs: readonly tf.Variable[]
  /** What gradients are taken of: the trainable weights, and inputs that are neither tokens nor masked. */
  readonly variables: readonly tf.Variable[]
  /** Runs the model as a training step does, its randomness and states as at the beginning. */
  readonly forward: () => tf.Tensor
  readonly dispose: () => void
}

/** Builds the model of a case on the current backend; the caller disposes of it. */
export function build({ make, before, inputs: shapes, values = 'grid' }: LayerCase): Built {
  const symbols = shapes.map((shape) => tfl.input({ batchShape: [BATCH, ...shape] }))
  const first = before ? symbols.map((symbol) => before().apply(symbol)) : symbols
  const output = make().apply((first.length === 1 ? first[0] : first) as tfl.SymbolicTensor)
  const outputs = (Array.isArray(output) ? output : [output]) as tfl.SymbolicTensor[]
  const model = tfl.model({ inputs: symbols, outputs })
  const inputs = shapes.map((shape, i) => variable([BATCH, ...shape], i + 1, values))
  const weights = model.trainableWeights.map((weight, i) => {
    const own = weight.read() as tf.Variable
    tf.tidy(() => own.assign(tf.mul(grid(own.shape, i + 11), 0.5)))
    return own
  })
  const forward = () => {
    model.resetStates()
    const fed = inputs.length === 1 ? (inputs[0] as tf.Tensor) : [...inputs]
    const result = withFixedRandom(() => model.apply(fed, { training: true }))
    const tensors = (Array.isArray(result) ? result : [result]) as tf.Tensor[]
    return tf.concat(tensors.map((tensor) => tf.reshape(tf.cast(tensor, 'float32'), [-1])))
  }
  return {
    model,
    inputs,
    variables: values === 'grid' ? [...weights, ...inputs] : weights,
    forward,
    dispose: () => {
      model.dispose()
      tf.dispose([...inputs])
    },
  }
}

/** Values within ±1 that keep a distance from 0, each other and those of other seeds, in a fixed disorder. */
export function grid(shape: readonly number[], seed: number): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape])
  const step = 2 / (size + 1)
  const order = Array.from({ length: size }, (_, i) => i)
  const next = generator(seed)
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[order[i], order[j]] = [order[j] as number, order[i] as number]
  }
  const shift = (1 + ((seed - 1) % 3)) / 96
  const spread = order.map((place) => (place + 0.75) * step - 1)
  // Few values lie on a lattice of 1/24, those of another seed beside it.
  const values = size > 36 ? spread : spread.map((value) => Math.round(value * 24) / 24 + shift)
  return tf.tensor(values, [...shape], 'float32')
}

function variable(shape: readonly number[], seed: number, values: string): tf.Variable {
  return tf.tidy(() => {
    if (values === 'tokens') {
      const tokens = tf.floor(tf.mul(tf.add(grid(shape, seed), 1), 2.5))
      return tf.variable(tokens, false)
    }
    if (values === 'grid') return tf.variable(grid(shape, seed))
    const kept = tf.tensor([1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 0].slice(0, BATCH * (shape[1] ?? 1)))
    return tf.variable(tf.mul(grid(shape, seed), tf.reshape(kept, [BATCH, shape[1] as number, 1])))
  })
}

/** Numbers from 0 to 1, the same for the same seed. */
export function generator(seed: number): () => number {
  let state = seed * 2654435761
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

/** tfjs seeds what is random from `Math.random`: the same noise in each call. */
function withFixedRandom<T>(call: () => T): T {
  const { random } = Math
  Math.random = generator(7)
  try {
    return call()
  } finally {
    Math.random = random
  }
}
