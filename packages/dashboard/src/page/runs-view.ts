import type { CheckpointFact, RunCheckpoints } from '../library/checkpoint-files.js'
import type { RunRow } from '../library/run-row.js'
import { durationText } from './axis-text.js'
import { bytesText } from './bytes-text.js'
import { h, numberText, table } from './dom.js'

/** All selected runs in a table, and what is known of each below it. */
export function runsView(rows: readonly RunRow[]): HTMLElement {
  if (rows.length === 0) return h('p', { class: 'empty' }, 'Select runs to see them.')
  const heads = [
    'run',
    'outcome',
    'started',
    'took',
    'epochs',
    'last step',
    'checkpoints',
  ]
  const cells = rows.map((row) => [
    h('a', { href: `#${anchorOf(row)}` }, row.id),
    h('span', { class: `outcome ${row.outcome}` }, row.outcome),
    timeText(row.startedAt),
    tookText(row),
    String(row.epochs),
    numberText(row.step),
    countText(row.checkpoints),
  ])
  return h('div', {}, table(heads, cells, 3), ...rows.map(runPage))
}

const anchorOf = ({ id }: RunRow): string => `run-${encodeURIComponent(id)}`

function runPage(row: RunRow): HTMLElement {
  const { id, outcome, startedAt, endedAt, checkpoints, faults } = row
  const facts = [
    ['outcome', outcome],
    ['started', timeText(startedAt)],
    ['ended', timeText(endedAt)],
    ['metrics', String(row.metrics.length)],
    ['checkpoints', countText(checkpoints)],
    ['best', factText(checkpoints?.best)],
    ['last', factText(checkpoints?.last)],
  ].flatMap(([name = '', text = '']) => [h('dt', {}, name), h('dd', {}, text)])
  return h(
    'section',
    { id: anchorOf(row), class: 'run' },
    h('h2', {}, id),
    h('dl', { class: 'facts-of' }, ...facts),
    faults.length > 0 && h('p', { class: 'warning' }, faults.join('; ')),
    checkpoints && checkpointTable(checkpoints),
  )
}

function checkpointTable({ files }: RunCheckpoints): HTMLElement {
  const cells = files.map(({ path, epoch, step, score, monitor }) => [
    path,
    monitor ?? '–',
    epoch === undefined ? '–' : String(epoch + 1),
    numberText(step),
    numberText(score),
  ])
  return table(['checkpoint', 'monitor', 'epoch', 'step', 'score'], cells, 2)
}

function countText(checkpoints: RunCheckpoints | undefined): string {
  return checkpoints ? `${checkpoints.count} (${bytesText(checkpoints.bytes)})` : '–'
}

/** Epochs are shown from 1. */
function factText(fact: CheckpointFact | undefined): string {
  if (!fact) return '–'
  const { path, epoch, score, monitor } = fact
  const parts = [
    epoch !== undefined && `epoch ${epoch + 1}`,
    typeof score === 'number' && `${monitor ?? 'score'} ${numberText(score)}`,
  ].filter(Boolean)
  return parts.length > 0 ? `${parts.join(', ')}: ${path}` : path
}

const timeText = (time: number | undefined): string =>
  time === undefined ? '–' : new Date(time).toLocaleString()

function tookText({ startedAt, endedAt }: RunRow): string {
  if (startedAt === undefined || endedAt === undefined) return '–'
  return durationText((endedAt - startedAt) / 1000)
}
