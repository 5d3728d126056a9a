import { describeEvery } from './every.js'
import { isReversed, type LifecycleName, lifecycle } from './lifecycle.js'
import type { ResolvedOptions } from './options.js'
import type { Plugin } from './plugin.js'
import type { PluginHost } from './plugin-host.js'

const LIMITS = ['maxEpochs', 'maxSteps', 'maxSeconds', 'minEpochs', 'minSteps'] as const

/** The loop in words: every hook in order with the plugins at their places, and why they are there. */
export function explain(options: ResolvedOptions, { installed, user }: PluginHost): string {
  const names = Object.keys(lifecycle) as LifecycleName[]
  const width = Math.max(...names.map((name) => name.length + 2 * lifecycle[name].depth)) + 3
  const lines = names.map((name) => {
    const { about, depth, kind } = lifecycle[name]
    const head = `${'  '.repeat(depth)}${name}${kind.includes('waterfall') ? '*' : ''}`
    const there = [...installed, user].filter(({ taps }) => taps.has(name))
    if (isReversed(name)) there.reverse()
    const who = there.map(({ id, isMuted }) => (isMuted ? `(${id}, off)` : id)).join(', ')
    return `  ${head.padEnd(width)}${about}${who && `  <- ${who}`}`
  })
  const limits = LIMITS.flatMap((key) => {
    const [least, limit] = [key.startsWith('min') ? 'at least ' : '', options[key]]
    const isLimit = least ? limit > 0 : Number.isFinite(limit)
    return isLimit ? `${least}${limit} ${key.slice(3).toLowerCase()}` : []
  })
  const [validateEvery, logEvery] = [options.validateEvery, options.logEvery].map(describeEvery)
  return [
    `Limits: ${limits.join(', ') || 'none'}.`,
    `Validation: ${validateEvery}. Step records: ${logEvery}.`,
    '',
    'Plugins, in order:',
    ...(installed.length > 0 ? installed.map(describePlugin) : ['  none']),
    '',
    'The loop (* may replace a value; ends run in reverse plugin order):',
    ...lines,
  ].join('\n')
}

function describePlugin({ plugin }: { readonly plugin: Plugin }, index: number): string {
  const { id, name, writes } = plugin
  const keys = ['before', 'after', 'requires', 'conflicts'] as const
  const reasons = keys.filter((key) => plugin[key]?.length).map((key) => `${key} ${plugin[key]}`)
  if (reasons.length === 0) reasons.push('place in the list')
  if (writes) reasons.push('writes')
  return `  ${index + 1}. ${id === name ? id : `${id} (${name})`}: ${reasons.join('; ')}`
}
