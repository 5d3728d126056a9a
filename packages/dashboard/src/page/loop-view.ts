import type { RunDetails } from '../view-data.js'
import { h, svg } from './dom.js'
import { type LayerBox, layoutOf } from './model-layout.js'
import { typedContent } from './records-view.js'

/** The loop with the plugins at their places, as a text record named `loop` holds it. */
export interface LoopContent {
  readonly type: 'loop'
  readonly hooks: readonly {
    readonly name: string
    readonly depth: number
    readonly about: string
    readonly plugins: readonly string[]
  }[]
  readonly options: Readonly<Record<string, unknown>>
}

/** The model as a graph, and the loop with the plugins at their places. */
export function loopView(run: string, { records, graph }: RunDetails): HTMLElement {
  const loops = records.flatMap(
    (record) => typedContent<LoopContent>(record, 'loop') ?? [],
  )
  const loop = loops.at(-1)
  return h(
    'section',
    {},
    h('h2', {}, run),
    h('h3', {}, 'The loop'),
    loop
      ? loopTable(loop)
      : note('The plugin report records the loop; this run was trained without it.'),
    h('h3', {}, 'The model'),
    (graph !== undefined && modelDrawing(graph)) ||
      note('This run has logged no graph of a model.'),
  )
}

const note = (text: string): HTMLElement => h('p', { class: 'empty' }, text)

function loopTable({ hooks, options }: LoopContent): HTMLElement {
  const rows = hooks.map(({ name, depth, about, plugins }) => {
    const cell = h('td', { class: 'hook' }, h('code', {}, name))
    cell.style.setProperty('--depth', String(depth))
    const chips = plugins.map((plugin) => h('span', { class: 'chip' }, plugin))
    return h(
      'tr',
      { class: plugins.length > 0 ? 'tapped' : '' },
      cell,
      h('td', {}, ...chips),
      h('td', { class: 'about' }, about),
    )
  })
  const settings = Object.entries(options).map(
    ([key, value]) => `${key} ${JSON.stringify(value)}`,
  )
  const head = ['hook', 'plugins', 'when'].map((text) =>
    h('th', { scope: 'col', class: text }, text),
  )
  const inner = h(
    'table',
    { class: 'loop' },
    h('thead', {}, h('tr', {}, ...head)),
    h('tbody', {}, ...rows),
  )
  return h(
    'div',
    { class: 'scroll', tabindex: 0 },
    inner,
    h('p', { class: 'note' }, `Options: ${settings.join(', ')}`),
  )
}

const [BOX_WIDTH, BOX_HEIGHT, GAP] = [210, 40, 26]

function modelDrawing(graph: string): Node | undefined {
  const boxes = layoutOf(graph)
  if (!boxes) return undefined
  const columns = Math.max(...boxes.map(({ column }) => column)) + 1
  const rows = Math.max(...boxes.map(({ row }) => row)) + 1
  const x = ({ column }: LayerBox) => column * (BOX_WIDTH + GAP) + 4
  const y = ({ row }: LayerBox) => row * (BOX_HEIGHT + GAP) + 4
  const byName = new Map(boxes.map((box) => [box.name, box]))
  const lines = boxes.flatMap((box) =>
    box.inputs.flatMap((name) => {
      const from = byName.get(name)
      if (!from) return []
      const ends = {
        x1: x(from) + BOX_WIDTH / 2,
        y1: y(from) + BOX_HEIGHT,
        x2: x(box) + BOX_WIDTH / 2,
        y2: y(box),
      }
      return [svg('line', { ...ends, class: 'edge' })]
    }),
  )
  const drawn = boxes.map((box) =>
    svg(
      'g',
      {},
      svg('rect', {
        x: x(box),
        y: y(box),
        width: BOX_WIDTH,
        height: BOX_HEIGHT,
        rx: 6,
        class: 'layer',
      }),
      svg('text', { x: x(box) + 10, y: y(box) + 17, class: 'title' }, box.kind),
      svg('text', { x: x(box) + 10, y: y(box) + 32 }, box.detail),
    ),
  )
  const size = { width: columns * (BOX_WIDTH + GAP), height: rows * (BOX_HEIGHT + GAP) }
  const picture = svg(
    'svg',
    {
      ...size,
      class: 'model',
      role: 'img',
      'aria-label': `Model of ${boxes.length} layers`,
    },
    ...lines,
    ...drawn,
  )
  return h('div', { class: 'scroll', tabindex: 0 }, picture)
}
