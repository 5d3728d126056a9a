// Trains the examples in full, one after the other, and checks that each learns what it should:
// node tooling/examples.mjs [name ...]
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const cli = join(root, 'packages', 'cli', 'dist', 'main.js')

/** What each example must reach at the end of its run: at least, or at most. */
const BARS = {
  'fine-tune': { metric: 'val_accuracy', atLeast: 0.85 },
  gan: { metric: 'val_distance', atMost: 0.12 },
  gpt: { metric: 'val_loss', atMost: 1.8 },
  images: { metric: 'val_accuracy', atLeast: 0.95 },
  mnist: { metric: 'val_accuracy', atLeast: 0.97 },
  tabular: { metric: 'val_r2', atLeast: 0.15 },
}

const asked = process.argv.slice(2)
const names = asked.length > 0 ? asked : Object.keys(BARS)
let missed = 0
for (const name of names) {
  const folder = join(root, 'examples', name)
  const bar = BARS[name]
  if (!bar || !existsSync(folder))
    throw new Error(
      `No example "${name}"; there are ${readdirSync(join(root, 'examples')).join(', ')}.`,
    )
  console.log(`== ${name}`)
  const started = Date.now()
  regimen(folder, ['fit'], 'inherit')
  const seconds = Math.round((Date.now() - started) / 1000)
  const [newest] = JSON.parse(regimen(folder, ['runs', 'ls', '--json'])).filter(
    ({ endedAt }) => endedAt >= started,
  )
  const value = newest.metrics.find((one) => one.name === bar.metric && one.interval === 'epoch')
    .last.value
  const isMet = value >= (bar.atLeast ?? -Infinity) && value <= (bar.atMost ?? Infinity)
  if (!isMet) missed++
  console.log(
    `${name}: ${bar.metric} ${value.toFixed(4)} ${JSON.stringify(bar)} ${isMet ? 'met' : 'MISSED'} in ${seconds} s`,
  )
}
process.exitCode = missed > 0 ? 1 : 0

function regimen(cwd, args, stdout = 'pipe') {
  const { status, stdout: text } = spawnSync(process.execPath, [cli, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1e9,
    stdio: ['ignore', stdout, 'inherit'],
  })
  if (status !== 0) throw new Error(`regimen ${args.join(' ')} ended with ${status}.`)
  return text
}
