import type { TensorInfo } from '@tensorflow/tfjs-core'
import { Op } from '../engine/op.js'
import { free, type Inputs, type KernelOfSeveral } from '../heap.js'
import { packed, packedTransposed, recurrentLayer } from './recurrent-layer.js'

/**
 * A GRU over all steps, float32. Gates are in the order of Keras: update, reset, candidate; the reset gate
 * scales the hidden state before its product, as with `resetAfter: false`.
 *
 * Inputs: `projected` (`[batch, steps, 3 * units]`, the inputs times their kernel), `recurrentKernel`
 * (`[units, 3 * units]`), and if there are any `bias` (`[3 * units]`), `hidden` (the first state,
 * `[batch, units]`), `mask`. Attributes as those of `LSTM`, without `givesCell`.
 *
 * Returns the result `[batch, rows, units]` as `LSTM` does, and what `GRUGrad` and the gradient of the kernel
 * need: gates, and the hidden state before each step, as it is and scaled by the reset gate.
 *
 * @throws Error for another activation or dtype, and without WebAssembly SIMD
 */
export const gru: KernelOfSeveral = (inputs, backend, attributes) => {
  const { projected, recurrentKernel, bias, hidden, mask } = inputs as Inputs & {
    projected: TensorInfo
    recurrentKernel: TensorInfo
  }
  const layer = recurrentLayer(projected, 3, inputs, backend, attributes)
  const { engine, batch, steps, units, resultRows, tasks, integers } = layer
  const ofGates = packed(layer, recurrentKernel, { start: 0, count: 2 * units })
  const ofCandidate = packed(layer, recurrentKernel, { start: 2 * units, count: units })
  const result = backend.makeOutput([batch, resultRows, units], 'float32')
  const gates = backend.makeOutput(projected.shape, 'float32')
  const hiddens = backend.makeOutput([batch, steps, units], 'float32')
  const scaled = backend.makeOutput([batch, steps, units], 'float32')
  const step = backend.makeOutput([batch, 5 * units], 'float32')
  engine.launch(
    Op.gru,
    tasks,
    [result, gates, hiddens, scaled, step],
    [
      projected,
      ofGates,
      ofCandidate,
      ...[bias, hidden, mask].map((given) => given ?? projected),
    ],
    integers,
  )
  free(backend, ofGates, ofCandidate, step)
  return [result, gates, hiddens, scaled]
}

/**
 * The backward pass of `GRU`, with its attributes.
 *
 * Inputs: `dy` (of the result), `recurrentKernel`, `gates`, `hiddens` (from the forward pass), and `mask` if
 * there is one. Returns the gradients of `projected` and `hidden`.
 */
export const gruGradient: KernelOfSeveral = (inputs, backend, attributes) => {
  const { dy, recurrentKernel, gates, hiddens, mask } = inputs as Inputs & {
    dy: TensorInfo
    recurrentKernel: TensorInfo
    gates: TensorInfo
    hiddens: TensorInfo
  }
  const layer = recurrentLayer(gates, 3, inputs, backend, attributes)
  const { engine, batch, units, tasks, integers } = layer
  const ofGates = packedTransposed(layer, recurrentKernel, { start: 0, count: 2 * units })
  const ofCandidate = packedTransposed(layer, recurrentKernel, {
    start: 2 * units,
    count: units,
  })
  const projected = backend.makeOutput(gates.shape, 'float32')
  const hidden = backend.makeOutput([batch, units], 'float32')
  const step = backend.makeOutput([batch, 4 * units], 'float32')
  engine.launch(
    Op.gruGradient,
    tasks,
    [projected, hidden, step],
    [dy, gates, hiddens, ofGates, ofCandidate, mask ?? gates],
    integers,
  )
  free(backend, ofGates, ofCandidate, step)
  return [projected, hidden]
}
