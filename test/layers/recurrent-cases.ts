import { layers } from '@tensorflow/tfjs-layers'
import { cases, type LayerCase } from './case.js'

const sequence = [4, 3]
const RESET = {
  never: 'tfjs has not implemented it and refuses to make the layer',
  instead: 'Use resetAfter: false, or tf.layers.lstm',
}
const masked = { values: 'rows of zeros', before: () => layers.masking({ maskValue: 0 }) } as const
const kinds = ['simpleRNN', 'gru', 'lstm'] as const
const cells = { simpleRNNCell: 'simpleRNN', gruCell: 'gru', lstmCell: 'lstm' } as const
const noise = { dropout: 0.3, recurrentDropout: 0.3 }
const bidirectional = (
  mergeMode: 'concat' | 'sum' | 'mul' | 'ave' | null,
  returnSequences = true,
) =>
  layers.bidirectional({
    layer: layers.gru({ units: 2, returnSequences }) as never,
    mergeMode: mergeMode as 'sum',
  })

const convLstm = (options: object) => () =>
  layers.convLstm2d({ filters: 2, kernelSize: 2, ...options }) as layers.Layer

/** What walks over a sequence. */
export const recurrents: LayerCase[] = [
  ...kinds.map((kind) =>
    cases(
      kind,
      ['', sequence, () => layers[kind]({ units: 2 })],
      ['returnSequences', sequence, () => layers[kind]({ units: 2, returnSequences: true })],
      ['goBackwards', sequence, () => layers[kind]({ units: 2, goBackwards: true })],
      ['returnState', sequence, () => layers[kind]({ units: 2, returnState: true })],
      ['stateful', sequence, () => layers[kind]({ units: 2, stateful: true })],
      ['unroll', sequence, () => layers[kind]({ units: 2, unroll: true })],
      ['after masking', sequence, () => layers[kind]({ units: 2 }), masked],
      [
        'returnSequences after masking',
        sequence,
        () => layers[kind]({ units: 2, returnSequences: true }),
        masked,
      ],
      ['recurrentDropout 0', sequence, () => layers[kind]({ units: 2, recurrentDropout: 0 })],
      ['dropout, recurrentDropout', sequence, () => layers[kind]({ units: 2, ...noise })],
      ['without bias', sequence, () => layers[kind]({ units: 2, useBias: false })],
    ),
  ),
  cases(
    'gru',
    ['resetAfter', sequence, () => layers.gru({ units: 2, resetAfter: true } as never), RESET],
    [
      "'softsign', 'sigmoid'",
      sequence,
      () => layers.gru({ units: 2, activation: 'softsign', recurrentActivation: 'sigmoid' }),
    ],
  ),
  cases('lstm', ['implementation 2', sequence, () => layers.lstm({ units: 2, implementation: 2 })]),
  ...Object.entries(cells).map(([cell, whole]) =>
    cases(
      cell,
      [
        'in rnn',
        sequence,
        () => layers.rnn({ cell: layers[cell as keyof typeof cells]({ units: 2 }) as never }),
      ],
      [`as ${whole}`, sequence, () => layers[whole]({ units: 2 })],
    ),
  ),
  cases(
    'rnn',
    ['', sequence, () => layers.rnn({ cell: layers.lstmCell({ units: 2 }) as never })],
    [
      'list of cells',
      sequence,
      () =>
        layers.rnn({ cell: [layers.gruCell({ units: 3 }), layers.gruCell({ units: 2 })] as never }),
    ],
  ),
  cases('stackedRNNCells', [
    'in rnn',
    sequence,
    () => {
      const cell = layers.stackedRNNCells({
        cells: [layers.lstmCell({ units: 3 }), layers.lstmCell({ units: 2 })] as never,
      })
      return layers.rnn({ cell: cell as never })
    },
  ]),
  cases(
    'bidirectional',
    ["'concat'", sequence, () => bidirectional('concat')],
    ["'sum'", sequence, () => bidirectional('sum')],
    ["'mul'", sequence, () => bidirectional('mul')],
    ["'ave'", sequence, () => bidirectional('ave')],
    ['mergeMode null', sequence, () => bidirectional(null)],
    ['last step only', sequence, () => bidirectional('concat', false)],
    ['after masking', sequence, () => bidirectional('concat'), masked],
  ),
  cases(
    'convLstm2d',
    ['', [2, 4, 3, 2], convLstm({})],
    ["returnSequences, 'same'", [2, 4, 3, 2], convLstm({ returnSequences: true, padding: 'same' })],
    ['strides 2', [2, 5, 4, 2], convLstm({ strides: 2 })],
    ['dilationRate 2', [2, 5, 4, 2], convLstm({ dilationRate: 2 })],
    ['channelsFirst', [2, 2, 4, 3], convLstm({ dataFormat: 'channelsFirst' })],
  ),
  cases('convLstm2dCell', ['in rnn', [2, 4, 3, 2], convLstm({})]),
].flat()
