import { quote, say } from '../floor/errors.js'
import { lifecycle, lifecycleNames } from '../hooks/lifecycle.js'
import type { Session } from './session.js'

/** Columns of the longest name, `validationBatchStart` in its depth, and a gap. */
const WIDTH = 29
const RELATIONS = ['before', 'after', 'requires', 'conflicts'] as const

/** The loop in words: every hook in order with the plugins at their places, and why they are there. */
export function explain({ original, host: { installed, user } }: Session): string {
  const loop = lifecycleNames.map((name) => {
    const { about, depth, kind, isReversed } = lifecycle[name]
    const head = `${'  '.repeat(depth)}${name}${kind.includes('waterfall') ? '*' : ''}`
    const there = [...installed, user].filter(({ taps }) => taps.has(name))
    if (isReversed) there.reverse()
    const who = there.map(({ id, isMuted }) => (isMuted ? `(${id}, off)` : id)).join(', ')
    return `  ${head.padEnd(WIDTH)}${about}${who && `  <- ${who}`}`
  })
  const plugins = installed.map(({ plugin: { id, name, writes, ...plugin } }, index) => {
    const asked = RELATIONS.filter((key) => plugin[key]?.length)
    const reasons = asked.map((key) => `${key} ${plugin[key]}`).join('; ') || 'place in the list'
    const label = id === name ? id : `${id} (${name})`
    return `  ${index + 1}. ${label}: ${reasons}${writes ? '; writes' : ''}`
  })
  const { plugins: _, ...given } = original
  const options = Object.entries(given).map(([key, value]) => `${key} ${quote(value)}`)
  return say('notice.explain', {
    options: options.join(', ') || 'none',
    plugins: plugins.join('\n') || '  none',
    loop: loop.join('\n'),
  })
}
