import { dropout } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import { Choices } from './random-choices.js'

/** A batch of {@link RandomGraph}. */
export interface GraphBatch {
  readonly x: tf.Tensor
  readonly places: tf.Tensor
  readonly flags: tf.Tensor
}

/** Tells what a step logs. */
export type Log = (value: tf.Tensor) => void

const WIDTHS = [1, 2, 3, 5, 7, 8, 13]
const UNARY: ((x: tf.Tensor) => tf.Tensor)[] = [
  tf.relu,
  tf.tanh,
  tf.sigmoid,
  tf.square,
  tf.abs,
  tf.neg,
  tf.softplus,
  tf.elu,
  tf.selu,
  tf.sin,
  tf.cos,
  tf.erf,
  tf.atan,
  tf.relu6,
  tf.round,
  (x) => tf.exp(tf.minimum(x, 1)),
  (x) => tf.sqrt(tf.add(tf.abs(x), 0.1)),
  (x) => tf.log1p(tf.abs(x)),
  (x) => tf.reciprocal(tf.add(tf.abs(x), 0.5)),
  (x) => tf.leakyRelu(x, 0.3),
  (x) => tf.clipByValue(x, -0.5, 0.5),
  (x) => tf.cast(tf.cast(tf.mul(x, 3), 'int32'), 'float32'),
  (x) => tf.mul(x, tf.cast(tf.greater(x, 0.1), 'float32')),
  (x) => (x.rank > 0 ? tf.softmax(x) : tf.square(x)),
  (x) => (x.rank > 0 ? tf.logSoftmax(x) : tf.tanh(x)),
  (x) => dropout(x, 0.3),
]
const BINARY: ((a: tf.Tensor, b: tf.Tensor) => tf.Tensor)[] = [
  tf.add,
  tf.sub,
  tf.mul,
  tf.maximum,
  tf.minimum,
  tf.squaredDifference,
  (a, b) => tf.div(a, tf.add(tf.abs(b), 0.5)),
  (a, b) => tf.where(tf.less(a, b), a, tf.mul(b, 0.5)),
  (a, b) => tf.where(tf.logicalOr(tf.greaterEqual(a, b), tf.equal(a, 0)), b, a),
  (a, b) => tf.add(a, tf.cast(tf.add(tf.cast(a, 'int32'), tf.cast(b, 'int32')), 'float32')),
]
const REDUCE: ((x: tf.Tensor, axis: number | undefined, keep: boolean) => tf.Tensor)[] = [
  tf.sum,
  tf.mean,
  tf.max,
  tf.min,
  tf.logSumExp,
  (x, axis, keep) => tf.sqrt(tf.add(tf.sum(tf.square(x), axis, keep), 0.01)),
  (x, axis, keep) => tf.sub(tf.mean(tf.square(x), axis, keep), tf.square(tf.mean(x, axis, keep))),
]

/**
 * A differentiable function of a batch and of variables, which is the same for the same seed: each call makes
 * the same choices. Its variables are made by the first call; the caller disposes of them.
 */
export class RandomGraph {
  readonly rows: number
  readonly variables: tf.Variable[] = []
  readonly #seed: number
  readonly #width: number
  readonly #operations: number
  /** A tensor from before the steps. */
  readonly #held: tf.Tensor
  #nextVariable = 0

  constructor(seed: number) {
    const choices = new Choices(seed)
    this.#seed = seed
    this.rows = choices.one([1, 2, 3, 5, 9])
    this.#width = choices.one(WIDTHS)
    this.#operations = 20 + choices.below(21)
    this.#held = tf.tensor(choices.numbers(this.#width))
  }

  batch(step: number): GraphBatch {
    const choices = new Choices(this.#seed * 1000 + step)
    const { rows } = this
    const places = Int32Array.from({ length: rows }, () => choices.below(rows))
    const flags = Uint8Array.from({ length: rows }, () => choices.below(2))
    return {
      x: tf.tensor(choices.numbers(rows * this.#width), [rows, this.#width]),
      places: tf.tensor1d(places, 'int32'),
      flags: tf.tensor(flags, [rows, 1], 'bool'),
    }
  }

  loss(batch: GraphBatch, log: Log): tf.Scalar {
    const choices = new Choices(this.#seed + 0x5eed)
    this.#nextVariable = 0
    const scale = this.#weight(choices, [this.#width])
    const pool: tf.Tensor[] = [batch.x, tf.mul(tf.add(batch.x, this.#held), scale)]
    const used = new Set([batch.x])
    for (let i = 0; i < this.#operations; i++) {
      const x = choices.happens(0.6)
        ? (pool.at(-1 - choices.below(Math.min(3, pool.length))) as tf.Tensor)
        : choices.one(pool)
      used.add(x)
      const out = this.#operation(choices, x, batch, pool)
      const y = out.size > 3000 ? tf.mean(out, 0) : out
      pool.push(y)
      if (choices.happens(0.08)) log(choices.happens(0.3) ? tf.greater(y, 0) : y)
    }
    const ends = pool.filter((tensor) => !used.has(tensor))
    const values = ends.map((end) => tf.mean(tf.tanh(end)))
    if (choices.happens(0.2)) this.#assign(choices, pool)
    return tf.addN(values.map((value, i) => tf.mul(value, 1 / (i + 1)))) as tf.Scalar
  }

  dispose(): void {
    tf.dispose([this.variables, this.#held])
  }

  #operation(
    choices: Choices,
    x: tf.Tensor,
    batch: GraphBatch,
    pool: readonly tf.Tensor[],
  ): tf.Tensor {
    const kind = choices.below(100)
    if (kind < 30) return choices.one(UNARY)(x)
    if (kind < 50) return choices.one(BINARY)(x, this.#partner(choices, x, pool))
    if (kind < 58 && x.rank > 0) {
      const axis = choices.happens(0.2) ? undefined : choices.below(x.rank)
      return choices.one(REDUCE)(x, axis, choices.happens(0.5))
    }
    if (kind < 70) return this.#product(choices, x)
    if (kind < 90 && x.rank > 0) return moved(choices, x)
    if (kind < 94 && x.shape[0] === this.rows) {
      if (choices.happens(0.5)) return tf.gather(x, batch.places)
      return tf.where(
        tf.reshape(batch.flags, [this.rows, ...x.shape.slice(1).map(() => 1)]),
        x,
        tf.mul(x, 0.1),
      )
    }
    if (x.size >= 4) return this.#windows(choices, x)
    return tf.mul(x, 1.5)
  }

  /** A tensor that broadcasts with another: of its shape, or with ones, or with fewer axes. */
  #partner(choices: Choices, x: tf.Tensor, pool: readonly tf.Tensor[]): tf.Tensor {
    const same = pool.filter((tensor) => tensor !== x && tf.util.arraysEqual(tensor.shape, x.shape))
    if (same.length > 0 && choices.happens(0.5)) return choices.one(same)
    if (choices.happens(0.2)) return tf.scalar(choices.number())
    const shape = x.shape.map((length) => (choices.happens(0.3) ? 1 : length))
    return this.#weight(choices, shape.slice(choices.below(shape.length + 1)))
  }

  #product(choices: Choices, x: tf.Tensor): tf.Tensor {
    const inner = x.shape.at(-1) ?? 1
    const outer = choices.one(WIDTHS)
    const flat = tf.reshape(x, [-1, inner]) as tf.Tensor2D
    const isTurned = choices.happens(0.3)
    const w = this.#weight(choices, isTurned ? [outer, inner] : [inner, outer]) as tf.Tensor2D
    const out = tf.matMul(flat, w, false, isTurned)
    return choices.happens(0.5) ? tf.add(out, this.#weight(choices, [outer])) : out
  }

  #windows(choices: Choices, x: tf.Tensor): tf.Tensor {
    const width = Math.floor(Math.sqrt(x.size))
    const image = tf.reshape(tf.slice(tf.reshape(x, [x.size]), [0], [width * width]), [
      1,
      width,
      width,
      1,
    ]) as tf.Tensor4D
    const pad = choices.happens(0.5) ? 'same' : 'valid'
    const size = Math.min(width, 2 + choices.below(2))
    const stride = 1 + choices.below(2)
    switch (choices.below(4)) {
      case 0:
        return tf.conv2d(
          image,
          this.#weight(choices, [size, size, 1, 3]) as tf.Tensor4D,
          stride,
          pad,
        )
      case 1:
        return tf.depthwiseConv2d(
          tf.concat([image, tf.relu(image)], 3) as tf.Tensor4D,
          this.#weight(choices, [size, size, 2, 2]) as tf.Tensor4D,
          stride,
          pad,
        )
      case 2:
        return tf.maxPool(image, size, stride, pad)
      default:
        return tf.avgPool(image, size, stride, pad)
    }
  }

  /** The next variable. Some cannot be trained. */
  #weight(choices: Choices, shape: readonly number[]): tf.Tensor {
    const values = choices.numbers(tf.util.sizeFromShape([...shape]))
    const index = this.#nextVariable++
    const isTrainable = choices.happens(0.9) || index === 0
    this.variables[index] ??= tf.tidy(() =>
      tf.variable(tf.mul(tf.tensor(values, [...shape]), 0.7), isTrainable),
    )
    return this.variables[index]
  }

  /** A running mean that the step itself keeps. */
  #assign(choices: Choices, pool: readonly tf.Tensor[]): void {
    const source = choices.one(pool)
    const mean = this.#weight(choices, source.shape) as tf.Variable
    mean.trainable = false
    mean.assign(tf.add(tf.mul(mean, 0.9), tf.mul(source, 0.1)))
  }
}

function moved(choices: Choices, x: tf.Tensor): tf.Tensor {
  const axis = choices.below(x.rank)
  const length = x.shape[axis] as number
  const begin = x.shape.map((size) => choices.below(Math.min(size, 3)))
  switch (choices.below(11)) {
    case 0:
      return tf.transpose(x, choices.shuffled([...x.shape.keys()]))
    case 1:
      return tf.reshape(x, choices.shuffled(x.shape))
    case 2:
      return tf.concat([x, tf.tanh(x), x], axis)
    case 3:
      return tf.slice(
        x,
        begin,
        x.shape.map((size, i) => 1 + choices.below(size - (begin[i] as number))),
      )
    case 4:
      return tf.pad(
        x,
        x.shape.map((_, i) => (i === axis ? [1, 2] : [0, 1])),
        choices.happens(0.5) ? 0 : 0.5,
      )
    case 5: {
      const places = Array.from({ length: 1 + choices.below(5) }, () => choices.below(length))
      return tf.gather(x, tf.tensor1d(places, 'int32'), axis)
    }
    case 6:
      return tf.reverse(x, axis)
    case 7:
      return x.rank < 4
        ? tf.tile(
            x,
            x.shape.map((_, i) => (i === axis ? 2 : 1)),
          )
        : tf.square(x)
    case 8:
      return x.rank < 4 ? tf.stack([x, tf.sin(x)], axis) : tf.mean(x, axis)
    case 9:
      return tf.cumsum(x, axis, choices.happens(0.5), choices.happens(0.5))
    default: {
      if (length === 1) return tf.expandDims(x, 0)
      const [head, tail] = tf.split(x, [1, length - 1], axis) as [tf.Tensor, tf.Tensor]
      return choices.happens(0.5) ? tf.mul(head, tail) : tail
    }
  }
}
