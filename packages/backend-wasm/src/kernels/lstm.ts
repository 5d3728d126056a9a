import type { TensorInfo } from '@tensorflow/tfjs-core'
import { Op } from '../engine/op.js'
import { free, type Inputs, type KernelOfSeveral } from '../heap.js'
import { packed, packedTransposed, recurrentLayer } from './recurrent-layer.js'

/**
 * An LSTM over all steps, float32. Gates are in the order of Keras: input, forget, candidate, output.
 *
 * Inputs: `projected` (`[batch, steps, 4 * units]`, the inputs times their kernel), `recurrentKernel`
 * (`[units, 4 * units]`), and if there are any `bias` (`[4 * units]`), `hidden` and `cell` (the first states,
 * `[batch, units]`, both or none), `mask` (bool, `[batch, steps]`; a step where it is false keeps the states).
 *
 * Attributes: `activation`, `recurrentActivation` (linear, tanh, sigmoid, hardSigmoid or relu), `goesBackwards`,
 * `givesSequence` and `givesCell`, which say what the result has.
 *
 * Returns the result `[batch, rows, units]` (the output of each step in order of the steps, or of the last one;
 * then the last cell state, if asked for), and what `LSTMGrad` needs: gates, and before each step the hidden
 * state and the cell state, and the activated cell state after it.
 *
 * @throws Error for another activation or dtype, and without WebAssembly SIMD
 */
export const lstm: KernelOfSeveral = (inputs, backend, attributes) => {
  const { projected, recurrentKernel, bias, hidden, cell, mask } = inputs as Inputs & {
    projected: TensorInfo
    recurrentKernel: TensorInfo
  }
  const layer = recurrentLayer(projected, 4, inputs, backend, attributes)
  const { engine, batch, steps, units, resultRows, tasks, integers } = layer
  const panels = packed(layer, recurrentKernel, { start: 0, count: 4 * units })
  const ofSteps = () => backend.makeOutput([batch, steps, units], 'float32')
  const result = backend.makeOutput([batch, resultRows, units], 'float32')
  const gates = backend.makeOutput(projected.shape, 'float32')
  const [hiddens, cells, activated] = [ofSteps(), ofSteps(), ofSteps()]
  const step = backend.makeOutput([batch, 6 * units], 'float32')
  engine.launch(
    Op.lstm,
    tasks,
    [result, gates, hiddens, cells, activated, step],
    [projected, panels, ...[bias, hidden, cell, mask].map((given) => given ?? projected)],
    integers,
  )
  free(backend, panels, step)
  return [result, gates, hiddens, cells, activated]
}

/**
 * The backward pass of `LSTM`, with its attributes.
 *
 * Inputs: `dy` (of the result), `recurrentKernel`, `gates`, `cells`, `activated` (from the forward pass), and
 * `mask` if there is one.
 *
 * Returns the gradients of `projected`, `hidden` and `cell`. Those of kernel and bias are a product with the
 * first, and its sum.
 */
export const lstmGradient: KernelOfSeveral = (inputs, backend, attributes) => {
  const { dy, recurrentKernel, gates, cells, activated, mask } = inputs as Inputs & {
    dy: TensorInfo
    recurrentKernel: TensorInfo
    gates: TensorInfo
    cells: TensorInfo
    activated: TensorInfo
  }
  const layer = recurrentLayer(gates, 4, inputs, backend, attributes)
  const { engine, batch, units, tasks, integers } = layer
  const panels = packedTransposed(layer, recurrentKernel, { start: 0, count: 4 * units })
  const projected = backend.makeOutput(gates.shape, 'float32')
  const hidden = backend.makeOutput([batch, units], 'float32')
  const cell = backend.makeOutput([batch, units], 'float32')
  const step = backend.makeOutput([batch, 4 * units], 'float32')
  engine.launch(
    Op.lstmGradient,
    tasks,
    [projected, hidden, cell, step],
    [dy, gates, cells, activated, panels, mask ?? gates],
    integers,
  )
  free(backend, panels, step)
  return [projected, hidden, cell]
}
