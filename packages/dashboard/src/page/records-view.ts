import type { LoggedRecord } from '../library/record-log.js'
import type { RunDetails } from '../view-data.js'
import { h, numberText, table } from './dom.js'

/** Counts of predicted classes by true class, as a text record holds them. */
export interface ConfusionMatrix {
  readonly type: 'confusion-matrix'
  readonly labels: readonly string[]
  /** A row for each true class, a column for each predicted one. */
  readonly counts: readonly (readonly number[])[]
}

/** Rows of cells under names, as a text record holds them. */
export interface TableContent {
  readonly type: 'table'
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

/** Content of a text record that is JSON of a type; nothing if it is not. */
export function typedContent<T extends { readonly type: string }>(
  { kind, value }: LoggedRecord,
  type: T['type'],
): T | undefined {
  if (kind !== 'text' || typeof value !== 'string' || !value.startsWith('{'))
    return undefined
  try {
    const content = JSON.parse(value) as T
    return content.type === type ? content : undefined
  } catch {
    return undefined
  }
}

/** Images, confusion matrices, texts and histograms of a run: of each name the latest. */
export function recordsView(
  run: string,
  { records }: RunDetails,
  imageOf: (run: string, seq: number) => string,
): HTMLElement {
  const latest = new Map<string, LoggedRecord>()
  for (const record of records) latest.set(`${record.kind} ${record.name}`, record)
  const cards = [...latest.values()].flatMap((record) => {
    const content = contentOf(record, (seq) => imageOf(run, seq))
    if (!content) return []
    const place = h(
      'span',
      { class: 'of' },
      ` epoch ${record.epoch}, step ${record.step}`,
    )
    return [
      h('figure', { class: 'card' }, h('figcaption', {}, record.name, place), content),
    ]
  })
  const empty = h(
    'p',
    { class: 'empty' },
    'This run has logged no images, tables, texts or histograms.',
  )
  return h(
    'section',
    {},
    h('h2', {}, run),
    cards.length > 0 ? h('div', { class: 'cards' }, ...cards) : empty,
  )
}

function contentOf(
  record: LoggedRecord,
  imageOf: (seq: number) => string,
): Node | undefined {
  if (record.kind === 'image') {
    const size = { width: String(record.width), height: String(record.height) }
    return h('img', {
      src: imageOf(record.seq),
      alt: record.name,
      ...size,
    })
  }
  if (record.kind === 'histogram') return histogram(record)
  const matrix = typedContent<ConfusionMatrix>(record, 'confusion-matrix')
  if (matrix && isMatrix(matrix)) return confusion(matrix)
  const cells = typedContent<TableContent>(record, 'table')
  if (cells && isTable(cells)) return tableOf(cells)
  const isShown = record.kind === 'text' && !typedContent(record, 'loop')
  return isShown ? h('pre', {}, String(record.value)) : undefined
}

function isMatrix({ labels, counts }: ConfusionMatrix): boolean {
  const isRow = (row: unknown) =>
    Array.isArray(row) && row.every((one) => typeof one === 'number')
  return Array.isArray(labels) && Array.isArray(counts) && counts.every(isRow)
}

function isTable({ columns, rows }: TableContent): boolean {
  return Array.isArray(columns) && Array.isArray(rows) && rows.every(Array.isArray)
}

/** Columns without a text are set as numbers. */
function tableOf({ columns, rows }: TableContent): HTMLElement {
  const isText = columns.map((_, at) => rows.some((row) => typeof row[at] === 'string'))
  const numbersFrom = isText.lastIndexOf(true) + 1
  const cells = rows.map((row) => columns.map((_, at) => numberText(row[at])))
  return table(columns.map(String), cells, numbersFrom)
}

function confusion({ labels, counts }: ConfusionMatrix): HTMLElement {
  const rows = counts.map((row, truth) => {
    const sum = row.reduce((total, count) => total + count, 0)
    const cells = row.map((count, guess) => {
      const share = sum === 0 ? 0 : count / sum
      const title = `${count} of ${sum} of class ${labels[truth]} were taken for ${labels[guess]}`
      const cell = h('td', { title, class: share > 0.5 ? 'full' : '' }, String(count))
      cell.style.setProperty('--share', `${Math.round(share * 100)}%`)
      return cell
    })
    return h('tr', {}, h('th', { scope: 'row' }, String(labels[truth])), ...cells)
  })
  const head = labels.map((label) => h('th', { scope: 'col' }, String(label)))
  const corner = h('th', { class: 'corner' }, 'true \\ predicted')
  return h(
    'div',
    { class: 'scroll', tabindex: 0 },
    h(
      'table',
      { class: 'matrix' },
      h('thead', {}, h('tr', {}, corner, ...head)),
      h('tbody', {}, ...rows),
    ),
  )
}

function histogram({ edges, counts }: LoggedRecord): HTMLElement | undefined {
  if (!Array.isArray(edges) || !Array.isArray(counts)) return undefined
  const highest = Math.max(1, ...counts.map(Number))
  const bars = counts.map((count, at) => {
    const bar = h('i', {
      title: `${count} from ${numberText(edges[at])} to ${numberText(edges[at + 1])}`,
    })
    bar.style.height = `${(100 * Number(count)) / highest}%`
    return bar
  })
  const ends = h(
    'div',
    { class: 'ends' },
    h('span', {}, numberText(edges[0])),
    h('span', {}, numberText(edges.at(-1))),
  )
  return h('div', { class: 'histogram' }, h('div', { class: 'bars' }, ...bars), ends)
}
