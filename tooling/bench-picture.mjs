// Draws the times of `npm run bench -- --only models --json numbers.json` as docs/images/engines.svg: one group of
// bars for each model, ms per step on a logarithmic scale.
import { readFileSync, writeFileSync } from 'node:fs'

const [file = 'numbers.json'] = process.argv.slice(2)
const { machine, trained } = JSON.parse(readFileSync(file, 'utf8'))

/** Contestants in order, each with its colour (Okabe and Ito's, which colour-blind people tell apart). */
const COLOURS = {
  'stock wasm': '#999999',
  'traced, 1 thread': '#56b4e9',
  'traced, 2 threads': '#0072b2',
  'replayed, 1 thread': '#f0a830',
  'replayed, 2 threads': '#d55e00',
  PyTorch: '#009e73',
  Lightning: '#80cdb5',
}
const TITLES = {
  linear: 'linear 8-1, B32',
  mlp: 'MLP 784-256-256-10, B128',
  convnet: 'MNIST convnet, B128',
  lstm: 'Embedding + LSTM64, T64, B32',
  transformer: 'transformer block, T64, B16',
}
const [BAR, GAP, LEFT, WIDTH] = [13, 26, 230, 560]

const groups = Object.entries(trained).map(([model, results]) => ({
  title: TITLES[model] ?? model,
  bars: results.filter((result) => result.median !== undefined && COLOURS[result.contestant]),
}))
const times = groups.flatMap(({ bars }) => bars.map(({ median }) => median))
const low = Math.log10(Math.min(...times)) - 0.3
const high = Math.log10(Math.max(...times)) + 0.2
const across = (ms) => (WIDTH * (Math.log10(ms) - low)) / (high - low)

let y = 64
const rows = groups.map(({ title, bars }) => {
  const top = y
  const lines = bars.map(({ contestant, median }) => {
    const at = y
    y += BAR
    const label = median < 1 ? `${(median * 1000).toFixed(0)} µs` : `${median.toFixed(1)} ms`
    return `<rect x="${LEFT}" y="${at}" width="${across(median).toFixed(1)}" height="${BAR - 2}" fill="${COLOURS[contestant]}"/>
<text class="small" x="${(LEFT + across(median) + 5).toFixed(1)}" y="${at + 9}">${label}</text>`
  })
  y += GAP
  const middle = top + (bars.length * BAR) / 2 + 4
  return `<text x="${LEFT - 10}" y="${middle}" text-anchor="end">${title}</text>\n${lines.join('\n')}`
})
const names = Object.entries(COLOURS).map(([name, colour], i) => {
  const [x, row] = [20 + (i % 4) * 200, Math.floor(i / 4)]
  return `<rect x="${x}" y="${14 + 18 * row}" width="11" height="11" fill="${colour}"/><text class="small" x="${x + 17}" y="${23 + 18 * row}">${name}</text>`
})
writeFileSync(
  new URL('../docs/images/engines.svg', import.meta.url),
  `<svg xmlns="http://www.w3.org/2000/svg" width="860" height="${y + 20}" viewBox="0 0 860 ${y + 20}">
<title>Milliseconds per training step by engine and model</title>
<style>text { font: 13px sans-serif; fill: #222 } .small { font-size: 11px }</style>
<rect width="100%" height="100%" fill="#fff"/>
${names.join('\n')}
${rows.join('\n')}
<text class="small" x="20" y="${y + 8}">median ms per training step, logarithmic; ${machine.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>
</svg>
`,
)
