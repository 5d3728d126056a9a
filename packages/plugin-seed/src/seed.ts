import { definePlugin, type Plugin, RegimenError, type SyncSectionKind } from '@regimen/core'
import { placeOf } from './place-of.js'
import { randomSwap } from './random-swap.js'
import { checkedSeed, isSeed, type SeedOptions } from './seed-options.js'
import { seededPlaces } from './seeded-places.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    seed: SeedOptions
  }
}

/** What is saved. The numbers of a place follow from the seed and the counters of the run. */
type SeedState = { readonly generator: string; readonly seed: number }

const GENERATOR = 'philox4x32-10'

/**
 * Makes runs repeatable: initializers, dropout, shuffles and whatever else draws from `Math.random`
 * within module and data factories, steps and loaders. Outside of them `Math.random` is untouched.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; when resuming REG_CHECKPOINT_MISMATCH
 * @example
 * const trainer = new Trainer({ plugins: [seed(42)] })
 * await trainer.fit(() => makeModule(), () => makeData())
 */
export function seed(options: number | SeedOptions): Plugin {
  const own = checkedSeed(options)
  return definePlugin<SeedState>({
    name: 'seed',
    apply({ id, hooks, state, report, aroundSync }) {
      let places = seededPlaces(own)
      const swap = randomSwap((section: { kind: SyncSectionKind; index: number }) =>
        places.draw(placeOf(section.kind, section.index, state)),
      )
      aroundSync((kind, index, call) => {
        swap.enter({ kind, index })
        try {
          return call()
        } finally {
          swap.leave()
        }
      })

      hooks.configure.tap(id, () => {
        places = seededPlaces(own)
      })

      return {
        saveState: () => ({ generator: GENERATOR, seed: places.seed }),
        loadState({ generator, seed: saved }) {
          if (generator !== GENERATOR || !isSeed(saved)) {
            const text = `The snapshot's random state is of "${generator}" with seed ${saved}`
            const advice = `this version knows "${GENERATOR}". Use the version that saved it`
            throw new RegimenError('REG_CHECKPOINT_MISMATCH', `${text}; ${advice}.`, {
              data: { found: generator, expected: GENERATOR },
            })
          }
          if (saved !== own) {
            report.info(
              `The resumed run was begun with seed ${saved} and goes on with it, not ${own}.`,
            )
          }
          places = seededPlaces(saved)
        },
      }
    },
  })
}
