import { describe, expect, it } from 'vitest'
import { widthOf } from '../src/format.js'
import { type BarState, barLine, type EpochSummary, epochLines, plainLine } from '../src/lines.js'

const style = {
  full: (columns: number) => '='.repeat(columns),
  empty: (columns: number) => '.'.repeat(columns),
}
const state: BarState = {
  label: 'epoch 3/10',
  done: 40,
  total: 100,
  perSecond: 12.34,
  secondsLeft: 4.86,
  metrics: [
    ['loss', 0.1234],
    ['lr', 1e-3],
  ],
}

describe('barLine', () => {
  it.each([
    [
      120,
      'epoch 3/10  ============..................   40/100  12.3/s  5 s left  loss 0.1234  lr 0.001000',
    ],
    [80, 'epoch 3/10  =====.........   40/100  12.3/s  5 s left  loss 0.1234  lr 0.001000'],
    [60, 'epoch 3/10  ==....   40/100  12.3/s  5 s left  loss 0.1234'],
    [40, 'epoch 3/10  ==....   40/100  loss 0.1234'],
    [32, 'epoch 3/10   40/100  loss 0.1234'],
    [20, 'epoch 3/10   40/100'],
    [14, 'epoc…   40/100'],
    [8, ' 40/100'],
    [3, ' 4…'],
    [0, ''],
  ])('uses %d columns as best it can', (width, line) => {
    expect(barLine(state, width, style)).toBe(line)
  })

  it.each([
    [
      'no total',
      { ...state, total: undefined, secondsLeft: undefined },
      'epoch 3/10  40 batches  12.3/s  loss 0.1234  lr 0.001000',
    ],
    [
      'a single batch',
      { ...state, done: 1, total: undefined, secondsLeft: undefined, metrics: [] },
      'epoch 3/10  1 batch  12.3/s',
    ],
    [
      'nothing done',
      { ...state, done: 0, perSecond: undefined, secondsLeft: undefined, metrics: [] },
      'epoch 3/10  ..............................    0/100',
    ],
    [
      'everything done',
      { ...state, done: 100, secondsLeft: undefined, metrics: [] },
      'epoch 3/10  ==============================  100/100  12.3/s',
    ],
    [
      'nothing to do',
      { ...state, done: 0, total: 0, perSecond: undefined, secondsLeft: undefined, metrics: [] },
      'epoch 3/10  ==============================  0/0',
    ],
    [
      'strange values',
      {
        ...state,
        metrics: [
          ['loss', Number.NaN],
          ['huge', 1e300],
        ],
      },
      'epoch 3/10  =====.........   40/100  12.3/s  5 s left  loss NaN  huge 1.000e300',
    ],
  ] satisfies [string, BarState, string][])('shows %s', (_, shown, line) => {
    expect(barLine(shown, 80, style)).toBe(line)
  })

  it('never takes more columns than there are, wide names and long labels included', () => {
    const wide: BarState = {
      ...state,
      label: '検証 großes Set 👩‍🔬\nline',
      metrics: [
        ['精度指標', 0.5],
        ['損失', Number.NEGATIVE_INFINITY],
      ],
    }
    for (let width = 0; width <= 200; width++) {
      const line = barLine(wide, width, style)
      expect(widthOf(line)).toBeLessThanOrEqual(width)
      expect(line).not.toContain('\n')
    }
  })
})

describe('a name that would do something to the screen', () => {
  it.each([
    ['\u001b[2Jloss', '\\x1b[2Jloss'],
    ['lo\u0007ss', 'lo\\x07ss'],
    ['\u202essol', '\\u202essol'],
    ['a\r\nb', 'a\\r\\nb'],
  ])('%j is shown as %s', (name, shown) => {
    const label = `epoch ${name}`
    const line = plainLine({ ...state, label, metrics: [[name, 0.5]] })
    expect(line).toBe(`epoch ${shown}   40/100  12.3/s  5 s left  ${shown} 0.5000`)
  })
})

describe('plainLine', () => {
  it('leaves nothing out', () => {
    expect(plainLine(state)).toBe('epoch 3/10   40/100  12.3/s  5 s left  loss 0.1234  lr 0.001000')
    expect(plainLine({ ...state, secondsLeft: 184 })).toContain('3:04 left')
  })
})

const summary: EpochSummary = {
  label: 'epoch 3/10',
  remark: undefined,
  batches: 40,
  seconds: 1.25,
  metrics: [
    ['loss', 0.5],
    ['val_loss', 0.25],
    ['精度', Number.NaN],
  ],
}

it.each([
  [Number.POSITIVE_INFINITY, 'epoch 3/10  1.3 s  loss 0.5000  val_loss 0.2500  精度 NaN'],
  [60, 'epoch 3/10  1.3 s  loss 0.5000  val_loss 0.2500  精度 NaN'],
  [50, 'epoch 3/10  1.3 s  loss 0.5000  val_loss 0.2500\n  精度 NaN'],
  [40, 'epoch 3/10  1.3 s  loss 0.5000\n  val_loss 0.2500  精度 NaN'],
  [20, 'epoch 3/10  1.3 s\n  loss 0.5000\n  val_loss 0.2500\n  精度 NaN'],
])('shows every metric, on as many lines of %d columns as that takes', (width, text) => {
  expect(epochLines(summary, width).join('\n')).toBe(text)
})

it('never takes more columns than there are', () => {
  for (let width = 12; width <= 200; width++) {
    for (const line of epochLines(summary, width)) {
      expect(widthOf(line)).toBeLessThanOrEqual(width)
    }
  }
})

it('says how an epoch ended that did not simply end', () => {
  const text = epochLines({ ...summary, remark: 'interrupted', metrics: [] })
  expect(text).toEqual(['epoch 3/10 interrupted after 40 batches  1.3 s'])
})
