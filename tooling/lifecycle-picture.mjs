// Draws the table of the lifecycle as an SVG: a row for each hook in its order, a frame around what begins and ends.

/** Sizes in pixels; `ROOM` is where the arrows of a loop are, right of what lies inside. */
const [WIDTH, ROW, INDENT, ROOM, TOP, TEXT] = [800, 25, 13, 20, 66, 264]
/** The counters that a loop goes through, in words. */
const LOOPS = { epoch: 'each epoch', batch: 'each batch', evaluated: 'each batch' }
const LIGHT = {
  ink: '#1f2933',
  soft: '#52606d',
  line: '#9fb3c8',
  frame: 'rgb(0 114 178 / 6%)',
  series: '#0072b2',
  change: '#b85c00',
  wrap: '#00795a',
}
const DARK = {
  ink: '#e4e7eb',
  soft: '#a3b1c0',
  line: '#52606d',
  frame: 'rgb(86 180 233 / 8%)',
  series: '#56b4e9',
  change: '#f0a830',
  wrap: '#2fc29b',
}
/** What a tap of each kind may do, and its mark. */
const KINDS = {
  series: ['act', circle('series')],
  waterfall: ['replace a value', diamond('change')],
  'sync waterfall': ['do so in the tape', diamond('change open')],
  wrap: ['run around it', square('wrap')],
  stream: ['only watch', circle('series open')],
}

/**
 * Draws the lifecycle.
 *
 * @param lifecycle the table of core
 * @returns the text of an SVG for a light and a dark page
 */
export function lifecyclePicture(lifecycle) {
  const rows = Object.entries(lifecycle).map(([name, row]) => ({ name, ...row }))
  const frames = framesOf(rows)
  const gapAt = frames.findLast(({ depth }) => depth === 0).last + 1
  const y = (index) =>
    TOP + index * ROW + (index >= gapAt ? ROW : 0) + (index === rows.length - 1 ? 8 : 0)
  const height = y(rows.length - 1) + ROW + 8
  return `<svg xmlns="http://www.w3.org/2000/svg" class="lifecycle" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="The lifecycle: every hook in its order">
<style>
.lifecycle { ${variables(LIGHT)} }
@media (prefers-color-scheme: dark) { .lifecycle { ${variables(DARK)} } }
.lifecycle text { font: 12.5px system-ui, sans-serif; fill: var(--soft) }
.lifecycle .name { font: 13px ui-monospace, Menlo, Consolas, monospace; fill: var(--ink) }
.lifecycle .title { font-weight: 600 }
.lifecycle .frame { fill: var(--frame); stroke: var(--line) }
.lifecycle .loop { fill: none; stroke: var(--series); stroke-width: 1.5 }
.lifecycle .label { fill: var(--series) }
.lifecycle .tip, .lifecycle .series { fill: var(--series); stroke: var(--series) }
.lifecycle .change { fill: var(--change); stroke: var(--change) }
.lifecycle .wrap { fill: var(--wrap); stroke: var(--wrap) }
.lifecycle .open { fill: none; stroke-width: 1.5 }
</style>
${legend()}
${frames.map((frame) => drawFrame(frame, y)).join('\n')}
<text class="title" x="12" y="${y(gapAt) - 5}">whenever it happens</text>
${rows.map((row, index) => drawRow(row, y(index), framesAround(frames, { first: index + 0.5, last: index - 0.5 }))).join('\n')}
</svg>
`
}

/** What begins and ends, as indices of rows; a loop begins with what may replace its values. */
function framesOf(rows) {
  const frames = rows.flatMap(({ start, depth }, last) => {
    if (start === undefined) return []
    let first = rows.findIndex(({ name }) => name === start)
    const loop = LOOPS[rows[first].counter]
    const isOfLoop = (row) => row?.depth === depth && row.kind === 'waterfall'
    while (loop && isOfLoop(rows[first - 1])) first--
    return [{ first, last, depth, loop }]
  })
  return frames.map((frame) => ({ ...frame, level: framesAround(frames, frame) }))
}

/** How many frames of a list lie around rows. */
function framesAround(frames, { first, last }) {
  return frames.filter((other) => other.first < first && last < other.last).length
}

function drawFrame({ first, last, loop, level }, y) {
  const [x, top, right] = [8 + INDENT * level, y(first) + 1, WIDTH - 8 - ROOM * level]
  const height = y(last) + ROW - 1 - top
  const frame = `<rect class="frame" x="${x}" y="${top}" width="${right - x}" height="${height}" rx="6"/>`
  if (!loop) return frame
  const [from, to] = [y(last) + ROW / 2, y(first) + ROW / 2]
  const edge = right - ROOM / 2
  return `${frame}
<path class="loop" d="M${edge - 14} ${from}h8q6 0 6 -6V${to + 6}q0 -6 -6 -6h-4"/>
<path class="tip" d="M${edge - 15} ${to}l7 -4v8z"/>
<text class="label" x="${edge - 20}" y="${to + 4}" text-anchor="end">${loop}</text>`
}

function drawRow({ name, about, kind }, top, level) {
  const x = 18 + INDENT * level
  const [, mark] = KINDS[kind]
  return `${mark(x, top + 13)}<text class="name" x="${x + 13}" y="${top + 17}">${name}</text><text x="${TEXT}" y="${top + 17}">${about}</text>`
}

/** What the marks mean, above the rows. */
function legend() {
  const marks = Object.entries(KINDS).map(([kind, [may, mark]], index) => {
    const [x, y] = [14 + 248 * (index % 3), 18 + 22 * Math.floor(index / 3)]
    return `${mark(x, y)}<text x="${x + 13}" y="${y + 4}"><tspan class="title">${kind}</tspan>: taps may ${may}</text>`
  })
  return marks.join('\n')
}

function circle(style) {
  return (x, y) => `<circle class="${style}" cx="${x}" cy="${y}" r="4"/>`
}

function diamond(style) {
  return (x, y) => `<path class="${style}" d="M${x} ${y - 5.5}l5.5 5.5l-5.5 5.5l-5.5 -5.5z"/>`
}

function square(style) {
  return (x, y) => `<rect class="${style}" x="${x - 4}" y="${y - 4}" width="8" height="8"/>`
}

function variables(colours) {
  return Object.entries(colours)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(' ')
}
