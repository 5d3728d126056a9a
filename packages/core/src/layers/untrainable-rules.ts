/** What the rules need to know about a layer of tfjs-layers. */
export interface LayerUse {
  /** The layer's configuration, from `getConfig`. */
  readonly config: Readonly<Record<string, unknown>>
  /** Shapes of its inputs with the batch axis, `null` for an unknown size; empty inside a wrapper. */
  readonly inputShapes: readonly (readonly (number | null)[])[]
  readonly outputShape: readonly (number | null)[]
  /** Whether weights before the layer are trained: then a gradient has to pass through it. */
  readonly isPassed: boolean
  /** Whether the layer itself has weights that are trained. */
  readonly isTrained: boolean
  readonly backend: string
}

/** Why a layer cannot be trained as it is, and what to do. */
export interface Obstacle {
  readonly why: string
  readonly instead: string
}

/** Returns why a layer cannot be trained, or `undefined`. */
type Rule = (use: LayerUse) => Obstacle | undefined

const when = (condition: boolean, why: string, instead: string): Obstacle | undefined =>
  condition ? { why, instead } : undefined

const isDilated = ({ config }: LayerUse) =>
  [config.dilationRate].flat().some((rate) => typeof rate === 'number' && rate > 1)
const isChannelsFirst = ({ config }: LayerUse) => config.dataFormat === 'channelsFirst'
const rankOf = ({ inputShapes }: LayerUse) => inputShapes[0]?.length
const isLastAxis = (axis: unknown, rank: number | undefined) =>
  axis === undefined || axis === -1 || rank === undefined || axis === rank - 1

const neverResizes: Rule = () => ({
  why: 'tfjs hands it a list where it takes a tensor, in every model',
  instead: 'Resize the data before the model, with tf.image.resizeBilinear',
})
/** With relu and elu tfjs does not fuse the convolution while it computes a gradient. */
const fusedDilation: Rule = (use) =>
  when(
    isDilated(use) &&
      (use.isTrained || use.isPassed) &&
      !['relu', 'elu'].includes(String(use.config.activation)),
    'this layer calls a fused convolution, which has no gradient for a dilationRate above 1 in tfjs',
    'Use the activation "relu" or "elu", tf.layers.separableConv2d, or a layer of your own that calls tf.conv2d',
  )
const PERMUTE = 'Put tf.layers.permute before and after it and leave the axis the last'

/** What cannot be trained, by class of layer. `docs/layers.md` tests each against finite differences. */
export const rules: Readonly<Record<string, readonly Rule[]>> = {
  BatchNormalization: [
    ({ config }) =>
      when(
        config.scale === false || config.center === false,
        'tfjs reads the weights that scale: false and center: false leave out',
        'Leave both true; they begin as 1 and 0',
      ),
    (use) =>
      when(
        (rankOf(use) ?? 0) > 4,
        'tfjs normalizes tensors of rank 2 to 4',
        'Put tf.layers.reshape before and after it',
      ),
    (use) =>
      when(
        (use.isTrained || use.isPassed) && !isLastAxis(use.config.axis, rankOf(use)),
        "tfjs' gradient does not broadcast over an axis that is not the last",
        PERMUTE,
      ),
  ],
  Conv1D: [
    ({ config }) =>
      when(
        config.padding === 'causal',
        'tfjs has not implemented the padding "causal"',
        'Pad the sequences on their left by dilationRate * (kernelSize - 1) and use padding "valid"',
      ),
  ],
  Conv2D: [fusedDilation],
  ConvLSTM2D: [
    (use) =>
      when(
        use.backend === 'wasm' && isChannelsFirst(use),
        'the wasm backend has no convolution with channelsFirst',
        'Put tf.layers.permute before it and use channelsLast',
      ),
  ],
  DepthwiseConv2D: [
    (use) =>
      when(
        isDilated(use),
        'tfjs ignores its dilationRate',
        'Use dilationRate 1, with a larger kernel or strides',
      ),
  ],
  LayerNormalization: [
    ({ config }) =>
      when(
        config.scale === false || config.center === false,
        'tfjs reads the weights that scale: false and center: false leave out',
        'Leave both true; they begin as 1 and 0',
      ),
  ],
  RandomWidth: [neverResizes],
  Resizing: [neverResizes],
  SeparableConv2D: [
    (use) =>
      when(
        isChannelsFirst(use) && use.config.useBias !== false,
        'tfjs adds the bias along the wrong axis with channelsFirst',
        'Put tf.layers.permute before it and use channelsLast',
      ),
  ],
  Softmax: [
    (use) =>
      when(
        !isLastAxis(use.config.axis, rankOf(use)),
        'tfjs has softmax over the last axis only',
        PERMUTE,
      ),
  ],
}
