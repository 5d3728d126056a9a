import { describeEvery } from './every.js'
import type { TapRecord } from './hooks.js'
import { isReversed, type LifecycleName, lifecycle } from './lifecycle.js'
import type { ResolvedOptions } from './options.js'
import type { Plugin } from './plugin.js'

/** The loop in words: every hook in order with the plugins at their places, and why they are there. */
export function explain(options: ResolvedOptions, plugins: readonly Plugin[], taps: TapRecord[]) {
  const names = Object.keys(lifecycle) as LifecycleName[]
  const width = Math.max(...names.map((name) => name.length + 2 * lifecycle[name].depth)) + 3
  const lines = names.map((name) => {
    const { about, depth, kind } = lifecycle[name]
    const head = `${'  '.repeat(depth)}${name}${kind.includes('waterfall') ? '*' : ''}`
    const direction = isReversed(name) ? -1 : 1
    const owners = [...new Set(taps.filter(({ hook }) => hook === name).map(({ owner }) => owner))]
    owners.sort((a, b) => direction * (a.order - b.order))
    const who = owners.map(({ id, isMuted }) => (isMuted ? `(${id}, off)` : id)).join(', ')
    return `  ${head.padEnd(width)}${about}${who && `  <- ${who}`}`
  })
  const every = describeEvery(options.validateEvery)
  return [
    `Limits: ${describeLimits(options)}.`,
    `Validation: ${every}. Step records: ${describeEvery(options.logEvery)}.`,
    '',
    'Plugins, in order:',
    ...(plugins.length > 0 ? plugins.map(describePlugin) : ['  none']),
    '',
    'The loop (* may replace a value; ends run in reverse plugin order):',
    ...lines,
  ].join('\n')
}

function describePlugin({ id, name, writes, ...plugin }: Plugin, index: number): string {
  const keys = ['before', 'after', 'requires', 'conflicts'] as const
  const reasons = keys.filter((key) => plugin[key]?.length).map((key) => `${key} ${plugin[key]}`)
  if (reasons.length === 0) reasons.push('place in the list')
  if (writes) reasons.push('writes')
  return `  ${index + 1}. ${id === name ? id : `${id} (${name})`}: ${reasons.join('; ')}`
}

function describeLimits({ maxEpochs, maxSteps, maxSeconds, minEpochs, minSteps }: ResolvedOptions) {
  const most = { epochs: maxEpochs, steps: maxSteps, seconds: maxSeconds }
  const least = { epochs: minEpochs, steps: minSteps }
  const finite = Object.entries(most).filter(([, limit]) => Number.isFinite(limit))
  const limits = finite.map(([unit, limit]) => `${limit} ${unit}`)
  for (const [unit, limit] of Object.entries(least))
    if (limit) limits.push(`at least ${limit} ${unit}`)
  return limits.join(', ') || 'none'
}
