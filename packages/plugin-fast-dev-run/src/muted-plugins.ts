import type { PluginInfo } from '@regimen/core'

/** A plugin that a trial run switches off, and why. */
export interface Muting {
  readonly id: string
  readonly reason: string
}

const JUDGES = new Map([['early-stopping', 'judges metrics']])

/** What must not act in a trial run: plugins that write, and early stopping. */
export function mutedPlugins(plugins: readonly PluginInfo[]): Muting[] {
  return plugins.flatMap(({ id, name, writes, isMuted }) => {
    const reason = writes ? 'writes' : JUDGES.get(name)
    return isMuted || reason === undefined ? [] : [{ id, reason }]
  })
}

/** The announcement of a trial run. */
export function describeTrial(batches: number, mutings: readonly Muting[]): string {
  const amount = batches === 1 ? '1 batch' : `${batches} batches`
  const muted = mutings.map(({ id, reason }) => `"${id}" (${reason})`).join(', ')
  return `A trial run of ${amount} of everything. Muted: ${muted || 'nothing'}.`
}
