import type { TapOwner } from '../hooks/tap-owner.js'

/** What the witness needs from a plugin with state. */
export interface StatefulPlugin extends Readonly<Pick<TapOwner, 'id' | 'turn' | 'taps'>> {
  readonly handle: { readonly saveState?: () => unknown }
}

/** Hooks in which a plugin may change its state before the weights change. */
const BATCH_HOOKS = ['batch', 'batchStart', 'loss', 'gradients', 'stepStart'] as const
/** A state with more characters is not compared. */
const MAX_LENGTH = 4096

/**
 * Sees which plugins changed their state in a batch that failed: they would receive that batch twice in
 * a run resumed from this state. States with tensors, and long ones, are not compared: such a plugin
 * counts as changed if it was called.
 */
export class PluginWitness {
  readonly #seen: { readonly plugin: StatefulPlugin; before: string | undefined }[]

  /** @param plugins those with state */
  constructor(plugins: readonly StatefulPlugin[]) {
    const isInBatch = ({ taps }: StatefulPlugin) =>
      BATCH_HOOKS.some((hook) => taps.has(hook))
    this.#seen = plugins.filter(isInBatch).map((plugin) => ({ plugin, before: '' }))
  }

  /** A batch begins. Cost: writes each short state of a plugin that taps batch hooks as JSON. */
  begin(): void {
    for (const entry of this.#seen)
      if (entry.before !== undefined) entry.before = textOf(entry.plugin.handle)
  }

  /** Ids of the plugins whose state may have changed in the batch of this turn. */
  changed(turn: number): string[] {
    const called = this.#seen.filter(({ plugin }) => plugin.turn === turn)
    const changed = called.filter(
      ({ plugin, before }) => before === undefined || textOf(plugin.handle) !== before,
    )
    return changed.map(({ plugin }) => plugin.id)
  }
}

function textOf(handle: StatefulPlugin['handle']): string | undefined {
  try {
    const saved = handle.saveState?.()
    if (typeof saved === 'object' && saved !== null && 'tensors' in saved)
      return undefined
    const text = JSON.stringify(saved) ?? ''
    return text.length > MAX_LENGTH ? undefined : text
  } catch {
    return undefined
  }
}
