import { formatMs, formatShare } from './format.js'
import type { Profile, ProfileRow } from './profile.js'

/** From where on the numbers are worth a sentence. Shares are between 0 and 1. */
const DATA_WAIT = 0.2
const METRIC_READS = 0.1
const VALIDATION = 0.3
const PLUGIN = 0.1
const SLOW_FIRST_STEP = 5
const SLOW_FIRST_STEP_MS = 50
const OVERHEAD = 0.3
const SHORT_STEP_MS = 2
const MANY_STEPS = 100
const ONE_KERNEL = 0.5
const COMPUTING = ['replayed step', 'forward and loss', 'backward', 'optimizer']

/** What a profile says, in words: what takes unexpectedly long and what can be done. Never empty. */
export function findings(profile: Profile): string[] {
  const rules = [
    dataWait,
    metricReads,
    validation,
    plugins,
    firstStep,
    smallSteps,
    kernels,
  ]
  const found = rules.flatMap((rule) => rule(profile))
  return found.length > 0 ? found : [nothing(profile)]
}

function dataWait(profile: Profile): string[] {
  const { steps, rows } = profile
  const waited = totalOf(rows, 'data wait')
  const atEnd = rows.filter(({ name }) => name === 'batchEnd')
  const whole = atEnd.reduce((sum, { totalMs }) => sum + totalMs, waited + steps.totalMs)
  const share = waited / whole
  if (steps.count === 0 || share < DATA_WAIT) return []
  const [wait, step] = [waited, whole].map((ms) => formatMs(ms / steps.count))
  return [
    `${formatShare(share)} of each step waits for data: ${wait} of ${step}. Prepare batches once or ahead of time, keep them in memory, or read from a faster place.`,
  ]
}

function metricReads({ rows, wallMs }: Profile): string[] {
  const row = rows.find(({ name }) => name === 'metric reads')
  const share = (row?.totalMs ?? 0) / wallMs
  if (!row || !(share >= METRIC_READS)) return []
  const reads =
    row.calls === 1 ? '1 read' : `${row.calls} reads of ${formatMs(row.meanMs ?? 0)}`
  return [
    `The loop waits for metrics from the device for ${formatShare(share)} of the run (${reads}), and so for what the device still computes: log more rarely (logEvery).`,
  ]
}

function validation({ stage, rows, wallMs }: Profile): string[] {
  const taken = rows.filter(
    ({ name }) => name === 'validation' || name.startsWith('validation:'),
  )
  const share = taken.reduce((sum, { totalMs }) => sum + totalMs, 0) / wallMs
  if (stage !== 'fit' || !(share >= VALIDATION)) return []
  return [
    `Validation takes ${formatShare(share)} of the run: validate more rarely (validateEvery) or on fewer batches (limitBatches).`,
  ]
}

function plugins({ rows, wallMs }: Profile): string[] {
  const byPlugin = new Map<string, ProfileRow[]>()
  for (const row of rows) {
    if (row.plugin !== undefined) {
      byPlugin.set(row.plugin, [...(byPlugin.get(row.plugin) ?? []), row])
    }
  }
  return [...byPlugin].flatMap(([plugin, pluginRows]) => {
    const share = pluginRows.reduce((sum, { totalMs }) => sum + totalMs, 0) / wallMs
    const [most] = pluginRows.sort((a, b) => b.totalMs - a.totalMs)
    if (!(share > PLUGIN) || most === undefined) return []
    const who =
      plugin === 'user' ? 'The hooks tapped on the trainer take' : `"${plugin}" takes`
    const each = most.meanMs === undefined ? '' : `, ${formatMs(most.meanMs)} each time`
    return [
      `${who} ${formatShare(share)} of the run, most of it in "${most.name}" (${formatMs(most.totalMs)}${each}).`,
    ]
  })
}

function firstStep({ steps: { count, firstMs, p50Ms = 0 } }: Profile): string[] {
  const isSlow =
    firstMs >= SLOW_FIRST_STEP * p50Ms && firstMs - p50Ms >= SLOW_FIRST_STEP_MS
  if (count < 2 || !isSlow) return []
  return [
    `The first step took ${formatMs(firstMs)}, the median step ${formatMs(p50Ms)}: compilation and first allocations. It is in the means, not in p50.`,
  ]
}

function smallSteps({ steps: { count, p50Ms = 0, totalMs }, rows }: Profile): string[] {
  const computed = COMPUTING.reduce((sum, name) => sum + totalOf(rows, name), 0)
  const share = 1 - computed / totalMs
  if (count < MANY_STEPS || p50Ms >= SHORT_STEP_MS || !(share >= OVERHEAD)) return []
  return [
    `${count} steps of ${formatMs(p50Ms)}, ${formatShare(share)} of it around the computation: larger batches spread that over more samples.`,
  ]
}

function kernels({ kernels: table }: Profile): string[] {
  const [slowest] = table?.rows ?? []
  if (slowest?.share === undefined || slowest.share < ONE_KERNEL) return []
  const calls = slowest.calls === 1 ? '1 call' : `${slowest.calls} calls`
  return [
    `One kernel, ${slowest.kernel}, takes ${formatShare(slowest.share)} of the time of all kernels in a step (${calls}).`,
  ]
}

function nothing({ rows, wallMs }: Profile): string {
  const computed = COMPUTING.reduce((sum, name) => sum + totalOf(rows, name), 0)
  if (computed === 0) return 'Nothing stands out.'
  return `Nothing stands out: ${formatShare(computed / wallMs)} of the run computes (forward, backward, optimizer).`
}

function totalOf(rows: readonly ProfileRow[], name: string): number {
  return rows
    .filter((row) => row.name === name && row.plugin === undefined)
    .reduce((sum, { totalMs }) => sum + totalMs, 0)
}
