import { describeEvery } from './every.js'
import type { TapRecord } from './hooks.js'
import { eventNames, type LifecycleName, lifecycle } from './lifecycle.js'
import type { ResolvedOptions } from './options.js'
import type { Plugin } from './plugin.js'

/** What `explain` knows of a trainer. */
export interface ExplainInput {
  readonly options: ResolvedOptions
  readonly plugins: readonly Plugin[]
  readonly taps: readonly TapRecord[]
}

/** The loop in words: every hook in order with the plugins at their places, and why they are there. */
export function explain({ options, plugins, taps }: ExplainInput): string {
  const names = Object.keys(lifecycle) as LifecycleName[]
  const width = Math.max(...names.map((name) => name.length + 2 * lifecycle[name].depth)) + 2
  const lines = names.map((name) => {
    const { about, depth, kind } = lifecycle[name]
    const head = `${'  '.repeat(depth)}${name}${kind.includes('waterfall') ? '*' : ''}`.padEnd(
      width,
    )
    const own = ordered(name, taps)
    const who = own.length > 0 ? `  <- ${own.join(', ')}` : ''
    return `${head}  ${about}${who}`
  })
  return [
    `Limits: ${describeLimits(options)}.`,
    `Validation ${describeEvery(options.validateEvery)}; step records ${describeEvery(options.logEvery)}.`,
    '',
    'Plugins, in order:',
    ...(plugins.length > 0 ? plugins.map(describePlugin) : ['  none']),
    '',
    `The loop (* may replace a value; ${eventNames.length} names can be watched with on()):`,
    ...lines.map((line) => `  ${line.trimEnd()}`),
  ].join('\n')
}

function ordered(name: LifecycleName, taps: readonly TapRecord[]): string[] {
  const own = taps.filter(({ hook }) => hook === name)
  const direction = lifecycle[name].isReversed ? -1 : 1
  own.sort((a, b) => direction * (a.owner.order - b.owner.order))
  return own.map(({ owner }) => (owner.isMuted ? `(${owner.id}, muted)` : owner.id))
}

function describePlugin(plugin: Plugin, index: number): string {
  const id = plugin.id === plugin.name ? plugin.id : `${plugin.id} (${plugin.name})`
  const reasons = [
    plugin.before?.length ? `before ${plugin.before.join(', ')}` : '',
    plugin.after?.length ? `after ${plugin.after.join(', ')}` : '',
    plugin.requires?.length ? `requires ${plugin.requires.join(', ')}` : '',
    plugin.conflicts?.length ? `excludes ${plugin.conflicts.join(', ')}` : '',
    plugin.writes ? 'writes' : '',
  ].filter((reason) => reason !== '')
  return `  ${index + 1}. ${id}: ${reasons.join('; ') || 'place in the list'}`
}

function describeLimits(options: ResolvedOptions): string {
  const { maxEpochs, maxSteps, maxSeconds, minEpochs, minSteps } = options
  const limits = [
    Number.isFinite(maxEpochs) ? `${maxEpochs} epochs` : '',
    Number.isFinite(maxSteps) ? `${maxSteps} steps` : '',
    Number.isFinite(maxSeconds) ? `${maxSeconds} seconds` : '',
    minEpochs > 0 ? `at least ${minEpochs} epochs` : '',
    minSteps > 0 ? `at least ${minSteps} steps` : '',
  ].filter((limit) => limit !== '')
  return limits.join(', ') || 'none'
}
