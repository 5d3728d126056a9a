import type { TensorInfo } from '@tensorflow/tfjs-core'
import { CellActivation, CellFlag } from '../engine/cell.js'
import { type Engine, engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import type { Attributes, Inputs, WasmBackend } from '../heap.js'

/** Columns of a panel; see `assembly/row-product.ts`. */
const PANEL_WIDTH = 8
/** Sequences that a step multiplies at once. */
const GROUP = 4
const MOST_TASKS = 32
/** Multiplications for which another task pays. */
const WORK_PER_TASK = 200_000

/** What the launches of a recurrent layer have in common. */
export interface RecurrentLayer {
  readonly engine: Engine
  readonly backend: WasmBackend
  readonly batch: number
  readonly steps: number
  readonly units: number
  /** Outputs, and the cell state if the result has it, per sequence. */
  readonly resultRows: number
  readonly tasks: number
  /** Batch, steps, units, sequences per task, flags, activation, recurrent activation. */
  readonly integers: readonly number[]
}

/**
 * Reads sizes and attributes of a recurrent layer.
 *
 * @param gates of `[batch, steps, gatesPerUnit * units]`
 * @throws Error for an activation that the kernels lack, and without WebAssembly SIMD
 */
export function recurrentLayer(
  { dtype, shape }: TensorInfo,
  gatesPerUnit: number,
  inputs: Inputs,
  backend: WasmBackend,
  attributes: Attributes,
): RecurrentLayer {
  const engine = engineOf(backend)
  if (engine === null || dtype !== 'float32') {
    throw new Error('A recurrent kernel takes float32, and needs WebAssembly with SIMD.')
  }
  const [batch, steps, width] = shape as [number, number, number]
  const units = width / gatesPerUnit
  const { givesSequence, givesCell } = attributes
  const flags =
    (inputs.bias ? CellFlag.hasBias : 0) |
    (inputs.hidden ? CellFlag.hasStates : 0) |
    (inputs.mask ? CellFlag.hasMask : 0) |
    (attributes.goesBackwards === true ? CellFlag.goesBackwards : 0) |
    (givesSequence === true ? CellFlag.givesSequence : 0) |
    (givesCell === true ? CellFlag.givesCell : 0)
  const share = sequencesPerTask(batch, steps * width * units)
  const activations = [attributes.activation, attributes.recurrentActivation]
  return {
    engine,
    backend,
    batch,
    steps,
    units,
    resultRows: (givesSequence === true ? steps : 1) + (givesCell === true ? 1 : 0),
    tasks: Math.ceil(batch / share),
    integers: [batch, steps, units, share, flags, ...activations.map(activationNumber)],
  }
}

/**
 * Two groups read a panel while it is near; small batches are worth more tasks, small layers fewer.
 *
 * @param work multiplications per sequence
 */
function sequencesPerTask(batch: number, work: number): number {
  const groups = Math.max(
    batch <= 2 * GROUP ? 1 : 2,
    Math.ceil(batch / (GROUP * MOST_TASKS)),
    Math.ceil(WORK_PER_TASK / (GROUP * Math.max(1, work))),
  )
  return GROUP * groups
}

function activationNumber(name: unknown): CellActivation {
  const number = CellActivation[name as keyof typeof CellActivation]
  if (typeof number === 'number') return number
  throw new Error(
    `A recurrent kernel was asked for the activation "${String(name)}"; it has linear, tanh, ` +
      'sigmoid, hardSigmoid and relu.',
  )
}

/** Columns of a recurrent kernel `[units, gates]`. */
interface Columns {
  readonly start: number
  readonly count: number
}

/** Columns of a recurrent kernel packed for products of hidden states. The caller frees them. */
export function packed(
  layer: RecurrentLayer,
  kernel: TensorInfo,
  { start, count }: Columns,
): TensorInfo {
  return panels(layer, kernel, start, layer.units, count, 0)
}

/** The same transposed, for products of gradients of gates. The caller frees them. */
export function packedTransposed(
  layer: RecurrentLayer,
  kernel: TensorInfo,
  { start, count }: Columns,
): TensorInfo {
  return panels(layer, kernel, start, count, layer.units, 1)
}

function panels(
  { engine, backend }: RecurrentLayer,
  kernel: TensorInfo,
  start: number,
  depth: number,
  columns: number,
  isTransposed: 0 | 1,
): TensorInfo {
  const count = Math.ceil(columns / PANEL_WIDTH)
  const out = backend.makeOutput([count, depth, PANEL_WIDTH], 'float32')
  const step = kernel.shape[1] as number
  const integers = [start, step, depth, columns, isTransposed]
  engine.launch(Op.recurrentPanels, 1, [out], [kernel], integers)
  return out
}
