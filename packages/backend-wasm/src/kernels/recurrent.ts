import { gru, gruGradient } from './gru.js'
import type { LaunchKernels } from './launch-kernels.js'
import { lstm, lstmGradient } from './lstm.js'

/** Kernels made of launches of `assembly/recurrent.ts`. */
export const recurrentKernels: LaunchKernels = {
  GRU: () => gru,
  GRUGrad: () => gruGradient,
  LSTM: () => lstm,
  LSTMGrad: () => lstmGradient,
}
