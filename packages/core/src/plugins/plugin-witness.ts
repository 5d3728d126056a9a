import type { TapOwner } from '../hooks/tap-owner.js'

/** A plugin with state, as far as a witness needs it. */
export interface StatefulPlugin extends Readonly<Pick<TapOwner, 'id' | 'turn' | 'taps'>> {
  readonly handle: { readonly saveState?: () => unknown }
}

/** Hooks in which a plugin may change its state before the weights change. */
const BATCH_HOOKS = ['batch', 'batchStart', 'loss', 'gradients', 'stepStart'] as const
/** Characters of a state up to which it is compared. */
const LONGEST = 4096

/**
 * Sees which plugins changed their state in a batch that failed: a run that is resumed from the state
 * of then would tell them of that batch twice. States with tensors, and long ones, are not compared:
 * of these plugins it counts that they were called.
 */
export class PluginWitness {
  readonly #seen: { readonly plugin: StatefulPlugin; before: string | undefined }[]

  /** @param plugins those with state */
  constructor(plugins: readonly StatefulPlugin[]) {
    const isInBatch = ({ taps }: StatefulPlugin) => BATCH_HOOKS.some((hook) => taps.has(hook))
    this.#seen = plugins.filter(isInBatch).map((plugin) => ({ plugin, before: '' }))
  }

  /** A batch begins. Cost: the text of each short state of a plugin that taps hooks of the batch. */
  begin(): void {
    for (const one of this.#seen)
      if (one.before !== undefined) one.before = textOf(one.plugin.handle)
  }

  /** Ids of the plugins whose state may have changed in the batch that has this turn. */
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
    if (typeof saved === 'object' && saved !== null && 'tensors' in saved) return undefined
    const text = JSON.stringify(saved) ?? ''
    return text.length > LONGEST ? undefined : text
  } catch {
    return undefined
  }
}
