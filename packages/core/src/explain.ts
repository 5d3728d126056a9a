import { say } from './errors.js'
import { describeEvery } from './every.js'
import { isReversed, lifecycle, lifecycleNames } from './lifecycle.js'
import type { ResolvedOptions } from './options.js'
import type { PluginHost } from './plugin-host.js'

const LIMITS = ['maxEpochs', 'maxSteps', 'maxSeconds', 'minEpochs', 'minSteps'] as const
/** Columns of the longest name, `validationBatchStart` in its depth, and a gap. */
const WIDTH = 29
const RELATIONS = ['before', 'after', 'requires', 'conflicts'] as const

/** The loop in words: every hook in order with the plugins at their places, and why they are there. */
export function explain(options: ResolvedOptions, { installed, user }: PluginHost): string {
  const loop = lifecycleNames.map((name) => {
    const { about, depth, kind } = lifecycle[name]
    const head = `${'  '.repeat(depth)}${name}${kind.includes('waterfall') ? '*' : ''}`
    const there = [...installed, user].filter(({ taps }) => taps.has(name))
    if (isReversed(name)) there.reverse()
    const who = there.map(({ id, isMuted }) => (isMuted ? `(${id}, off)` : id)).join(', ')
    return `  ${head.padEnd(WIDTH)}${about}${who && `  <- ${who}`}`
  })
  const plugins = installed.map(({ plugin: { id, name, writes, ...plugin } }, index) => {
    const asked = RELATIONS.filter((key) => plugin[key]?.length)
    const reasons = asked.map((key) => `${key} ${plugin[key]}`).join('; ') || 'place in the list'
    const label = id === name ? id : `${id} (${name})`
    return `  ${index + 1}. ${label}: ${reasons}${writes ? '; writes' : ''}`
  })
  const limits = LIMITS.flatMap((key) => {
    const least = key.startsWith('min') ? 'at least ' : ''
    if (options[key] === (least ? 0 : Infinity)) return []
    return `${least}${options[key]} ${key.slice(3).toLowerCase()}`
  })
  return say('notice.explain', {
    limits: limits.join(', ') || 'none',
    validateEvery: describeEvery(options.validateEvery),
    logEvery: describeEvery(options.logEvery),
    plugins: plugins.join('\n') || '  none',
    loop: loop.join('\n'),
  })
}
