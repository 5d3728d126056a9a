import { say } from '../floor/errors.js'
import { quote } from '../floor/quote.js'
import { lifecycle, lifecycleNames } from '../hooks/lifecycle.js'
import type { Session } from './session.js'

/** Columns of the longest name, `validationBatchStart` with its indentation, and a gap. */
const WIDTH = 29
const RELATIONS = ['before', 'after', 'requires', 'conflicts'] as const

/** The loop in words: every hook in order with the plugins that tap it, and why they are in this order. */
export function explain({ original, host: { installed, user } }: Session): string {
  const loop = lifecycleNames.map((name) => {
    const { about, depth, kind, isReversed } = lifecycle[name]
    const head = `${'  '.repeat(depth)}${name}${kind.includes('waterfall') ? '*' : ''}`
    const tapped = [...installed, user].filter(({ taps }) => taps.has(name))
    if (isReversed) tapped.reverse()
    const owners = tapped
      .map(({ id, isMuted }) => (isMuted ? `(${id}, off)` : id))
      .join(', ')
    return `  ${head.padEnd(WIDTH)}${about}${owners && `  <- ${owners}`}`
  })
  const plugins = installed.map(({ plugin: { id, name, writes, ...plugin } }, index) => {
    const relations = RELATIONS.filter((key) => plugin[key]?.length)
    const reasons =
      relations.map((key) => `${key} ${plugin[key]}`).join('; ') || 'place in the list'
    const label = id === name ? id : `${id} (${name})`
    return `  ${index + 1}. ${label}: ${reasons}${writes ? '; writes' : ''}`
  })
  const { plugins: _, ...trainerOptions } = original
  const options = Object.entries(trainerOptions).map(
    ([key, value]) => `${key} ${quote(value)}`,
  )
  return say('notice.explain', {
    options: options.join(', ') || 'none',
    plugins: plugins.join('\n') || '  none',
    loop: loop.join('\n'),
  })
}
