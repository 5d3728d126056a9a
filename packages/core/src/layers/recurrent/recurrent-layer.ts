import * as tf from '@tensorflow/tfjs-core'
import { hasKernel, onlyTensor } from '../fused-kernel.js'
import type { CallArguments, HeldLayer } from '../held-layer.js'
import { dropout } from '../random/dropout.js'
import { gru, lstm } from './cells.js'
import { asRows, type RecurrentAttributes } from './recurrent-kernel.js'

/** The parts of tfjs-layers' `LSTM` and `GRU` that a call of them uses (`tfjs-layers/src/layers/recurrent.ts`). */
interface RecurrentLayer extends HeldLayer {
  readonly cell: Cell
  readonly returnSequences: boolean
  readonly returnState: boolean
  readonly goBackwards: boolean
  readonly stateful: boolean
}

interface Cell {
  readonly units: number
  readonly kernel: Weight
  readonly recurrentKernel: Weight
  readonly bias: Weight | null
  readonly activation: { getClassName(): string }
  readonly recurrentActivation: { getClassName(): string }
  readonly dropout: number
  readonly recurrentDropout: number
  readonly dropoutFunc?: unknown
}

interface Weight {
  read(): tf.Tensor
}

const ACTIVATIONS = new Set(['linear', 'tanh', 'sigmoid', 'hardSigmoid', 'relu'])

/**
 * The result of an LSTM or GRU layer's call, computed by one kernel, or `undefined` if the kernel cannot: the
 * backend lacks it, the layer is stateful, drops states in this call, or has an activation that the kernel
 * lacks; also for a gradient of a gradient, which the kernel does not have.
 */
export function callRecurrent(
  layer: HeldLayer,
  inputs: tf.Tensor | tf.Tensor[],
  call: CallArguments | undefined,
): tf.Tensor | tf.Tensor[] | undefined {
  const recurrent = layer as RecurrentLayer
  const x = onlyTensor(inputs)
  const operands = x && operandsOf(recurrent, x, call ?? {})
  if (x === undefined || operands === undefined) return undefined
  return tf.tidy(() => compute(recurrent, x, operands))
}

/** First states and mask of a call, and the share of the inputs that it drops. */
interface Operands {
  readonly states: readonly tf.Tensor[]
  readonly mask: tf.Tensor | undefined
  readonly dropout: number
}

function operandsOf(
  layer: RecurrentLayer,
  x: tf.Tensor,
  { training, mask, initialState, constants }: CallArguments,
): Operands | undefined {
  const { cell } = layer
  const [batch, steps] = x.shape as [number, number]
  const states = initialState ?? []
  const stateCount = isLstm(layer) ? 2 : 1
  const isExpressible =
    hasKernel(isLstm(layer) ? 'LSTM' : 'GRU') &&
    !layer.stateful &&
    !isPresent(constants) &&
    x.dtype === 'float32' &&
    x.shape.length === 3 &&
    steps > 0 &&
    ACTIVATIONS.has(cell.activation.getClassName()) &&
    ACTIVATIONS.has(cell.recurrentActivation.getClassName()) &&
    !(training === true && isRate(cell.recurrentDropout)) &&
    !(training === true && isRate(cell.dropout) && isPresent(cell.dropoutFunc)) &&
    [0, stateCount].includes(states.length) &&
    states.every((state) => hasShape(state, [batch, cell.units], 'float32')) &&
    (!isPresent(mask) || hasShape(mask as tf.Tensor, [batch, steps])) &&
    gradientDepth() < 2
  const dropout = training === true && isRate(cell.dropout) ? cell.dropout : 0
  return isExpressible ? { states, mask: mask ?? undefined, dropout } : undefined
}

function compute(
  layer: RecurrentLayer,
  x: tf.Tensor,
  { states, mask, dropout: rate }: Operands,
): tf.Tensor | tf.Tensor[] {
  const { cell, returnSequences, returnState } = layer
  const [batch, steps, features] = x.shape as [number, number, number]
  const kernel = cell.kernel.read() as tf.Tensor2D
  const seen = rate > 0 ? tf.mul(x, dropout(tf.fill([batch, 1, features], 1), rate)) : x
  const attributes: RecurrentAttributes = {
    activation: cell.activation.getClassName(),
    recurrentActivation: cell.recurrentActivation.getClassName(),
    goesBackwards: layer.goBackwards,
    givesSequence: returnSequences,
    givesCell: returnState && isLstm(layer),
  }
  const result = (isLstm(layer) ? lstm : gru)(
    {
      projected: tf.reshape(tf.matMul(asRows(seen), kernel), [batch, steps, -1]),
      recurrentKernel: cell.recurrentKernel.read(),
      bias: cell.bias?.read(),
      states,
      mask: mask && tf.cast(mask, 'bool'),
    },
    attributes,
  )
  const rowAt = (row: number) =>
    tf.reshape(tf.slice(result, [0, row, 0], [-1, 1, -1]), [batch, cell.units])
  const outputs = returnSequences ? steps : 1
  if (!returnState)
    return returnSequences ? result : tf.reshape(result, [batch, cell.units])
  const hidden = rowAt(outputs - 1)
  const output = returnSequences ? tf.slice(result, [0, 0, 0], [-1, steps, -1]) : hidden
  return isLstm(layer) ? [output, hidden, rowAt(outputs)] : [output, hidden]
}

const isLstm = (layer: HeldLayer) => layer.getClassName() === 'LSTM'

const isPresent = (value: unknown) => value !== undefined && value !== null

const isRate = (rate: number) => rate > 0 && rate < 1

function hasShape(tensor: tf.Tensor, shape: readonly number[], dtype?: string): boolean {
  return (
    tensor.shape?.length === shape.length &&
    shape.every((size, axis) => tensor.shape[axis] === size) &&
    (dtype === undefined || tensor.dtype === dtype)
  )
}

/** How many gradients are being computed, one inside the other. */
function gradientDepth(): number {
  const { state } = tf.engine() as unknown as { state: { gradientDepth: number } }
  return state.gradientDepth
}
