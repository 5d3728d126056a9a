import { type ComparedValue, compareRuns } from '../library/comparison.js'
import type { RunRow } from '../library/run-row.js'
import { bytesText } from './bytes-text.js'
import { h, numberText, table } from './dom.js'

/** Epochs are shown from 1, bytes with their unit. */
function checkpointLine(line: ComparedValue<number>) {
  const shown = line.values.map((value) => {
    if (value === null) return null
    if (line.name.includes('bytes')) return bytesText(value)
    return line.name.includes('epoch') ? value + 1 : value
  })
  return { name: line.name, values: shown, isDifferent: line.isDifferent }
}

/** Hyperparameters and last and best values of runs side by side; what differs is marked. */
export function compareView(rows: readonly RunRow[]): HTMLElement {
  if (rows.length === 0) return h('p', { class: 'empty' }, 'Select runs to compare them.')
  const { runs, hparams, metrics, checkpoints } = compareRuns(rows)
  const lines = [
    ...hparams.map(({ name, values, isDifferent }) => ({ name, values, isDifferent })),
    ...metrics.map(({ name, which, values, isDifferent }) => ({
      ...{ name: `${name} (${which})`, values, isDifferent },
    })),
    ...checkpoints.map(checkpointLine),
  ]
  const cells = lines.map(({ name, values, isDifferent }) => [
    isDifferent && runs.length > 1 ? h('span', { title: 'runs differ' }, '≠') : '',
    name,
    ...values.map(numberText),
  ])
  return h(
    'section',
    {},
    h(
      'p',
      { class: 'note' },
      'Last value and best value (lowest for losses and errors, else highest); ≠ where runs differ.',
    ),
    table(['', 'name', ...runs], cells, 2),
  )
}
