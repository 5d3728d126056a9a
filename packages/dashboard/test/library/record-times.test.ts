import { expect, it } from 'vitest'
import { Series } from '../../src/curves/series.js'
import { RecordTimes } from '../../src/library/record-times.js'

interface Line {
  readonly t: number | string
  readonly step: number
  readonly source?: string
  readonly interval?: string
  readonly name?: string
  readonly value?: string
}

/** A line as `logger-csv` writes it. */
const line = ({
  t,
  step,
  source = 'train',
  interval = 'step',
  name = 'loss',
  value = '0.5',
}: Line) =>
  `{"seq":1,"t":${t},"kind":"metric","name":${JSON.stringify(name)},"value":${value},"step":${step},"epoch":0,"context":"${source}","interval":"${interval}"}`

function timesOf(
  lines: readonly (Line | string)[],
  steps: readonly number[],
  rounds = 1,
): number[] {
  const times = new RecordTimes()
  const series = new Series('loss', 'train', 'step')
  const each = Math.ceil(lines.length / rounds)
  for (let round = 0; round < rounds; round++) {
    for (const one of lines.slice(round * each, (round + 1) * each)) {
      const bytes = Buffer.from(typeof one === 'string' ? one : line(one))
      times.take(bytes, 0, bytes.length)
    }
    const share = Math.ceil(steps.length / rounds)
    for (const step of steps.slice(round * share, (round + 1) * share)) series.push(0, step, 1)
    times.stamp(series)
  }
  return [...series.times.view()]
}

const at = (step: number, t: number): Line => ({ step, t })

it.each<[string, readonly (Line | string)[], readonly number[], readonly number[]]>([
  ['each step has its time', [at(0, 10), at(1, 20)], [0, 1], [10, 20]],
  ['a metric that is logged now and then', [at(0, 10), at(1, 20), at(2, 30)], [0, 2], [10, 30]],
  [
    'steps that a resumed run logs twice',
    [at(0, 1), at(1, 2), at(2, 3), at(1, 14), at(2, 15)],
    [0, 1, 2, 1, 2],
    [1, 2, 3, 14, 15],
  ],
  ['lines that a kill left and the table lacks', [at(0, 1), at(1, 2), at(1, 9)], [0, 1], [1, 2]],
  ['a step without a line', [at(0, 1), at(2, 3)], [0, 1, 2], [1, Number.NaN, 3]],
  ['metrics of one row', [at(0, 1), { ...at(0, 1), name: 'accuracy' }, at(1, 2)], [0, 1], [1, 2]],
  [
    'other loops and intervals',
    [{ ...at(0, 5), source: 'validation' }, { ...at(0, 6), interval: 'epoch' }, at(0, 7)],
    [0],
    [7],
  ],
  [
    'names and values of any text',
    [{ ...at(3, 8), name: '","step":9,"epoch":1}', value: '"NaN"' }],
    [3],
    [8],
  ],
  [
    'lines that are none',
    [
      '',
      '{}',
      '{"seq":1,"t":null}',
      line({ t: '"x"', step: 0 }),
      line({ t: 1.5, step: 0 }),
      at(0, 3),
    ],
    [0],
    [3],
  ],
  ['no lines at all', [], [0, 1], [Number.NaN, Number.NaN]],
])('%s', (_, lines, steps, expected) => {
  expect(timesOf(lines, steps)).toEqual(expected)
})

it('what is read in two pieces has the same times', () => {
  const lines = [at(0, 1), at(1, 2), at(2, 3), at(1, 14), at(2, 15), at(3, 16)]
  const steps = [0, 1, 2, 1, 2, 3]
  expect(timesOf(lines, steps, 2)).toEqual(timesOf(lines, steps))
})
