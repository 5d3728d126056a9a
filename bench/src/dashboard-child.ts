import { readFileSync } from 'node:fs'
import { serveDashboard } from '@regimen/dashboard'
import type { Reading } from './dashboard-load.js'

/** Reads tables as a script would that is written in five minutes. */
function plainRead(paths: readonly string[]): number {
  let values = 0
  for (const path of paths) {
    const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n')
    const rows = lines.map((line) =>
      line.split(',').map((cell, at) => (at === 2 || at === 3 ? cell : Number(cell))),
    )
    for (const row of rows) values += row.length - 4
  }
  return values
}

const [what, root = '', ...paths] = process.argv.slice(2)
const began = performance.now()
const before = process.cpuUsage()
const dashboard = what === 'serve' ? await serveDashboard({ root }) : undefined
if (!dashboard) plainRead(paths)
const { user, system } = process.cpuUsage(before)
const reading: Reading = {
  wallMs: performance.now() - began,
  cpuMs: (user + system) / 1000,
  ...(dashboard && { url: dashboard.url }),
}
process.once('message', async () => {
  await dashboard?.close()
  process.disconnect()
})
process.send?.(reading)
