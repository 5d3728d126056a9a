import {
  count,
  definePlugin,
  type OptionFieldsOf,
  optionSchema,
  type Plugin,
  RegimenError,
  type SyncSectionKind,
} from '@regimen/core'
import { placeOf, seededPlaces } from './places.js'

/** What {@link seed} takes instead of a number. */
export interface SeedOptions {
  /** An integer from 0 to `Number.MAX_SAFE_INTEGER`. */
  readonly seed: number
}

/** The options of {@link SeedOptions}: check, table, help and JSON schema. */
export const options = optionSchema('seed', {
  seed: count()
    .upTo(Number.MAX_SAFE_INTEGER)
    .required()
    .describe('an integer from 0 to 2^53 - 1; `seed(42)` is the same'),
} satisfies OptionFieldsOf<SeedOptions>)

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
 * ```ts no-run
 * const trainer = new Trainer({ plugins: [seed(42)] })
 * await trainer.fit(() => makeModule(), () => makeData())
 * ```
 */
export function seed(input: number | SeedOptions): Plugin {
  const configured = checkedSeed(input)
  return definePlugin<SeedState>({
    name: 'seed',
    recipe: { factory: seed, options: { seed: configured }, schema: options },
    apply({ id, hooks, state, report, aroundSync }) {
      let places = seededPlaces(configured)
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
        places = seededPlaces(configured)
      })

      return {
        saveState: () => ({ generator: GENERATOR, seed: places.seed }),
        loadState(saved) {
          if (saved.generator !== GENERATOR || !isSeed(saved.seed))
            throw unknownGenerator(saved)
          if (saved.seed !== configured) {
            report.info(
              `The resumed run began with seed ${saved.seed} and keeps it, instead of ${configured}.`,
            )
          }
          places = seededPlaces(saved.seed)
        },
      }
    },
  })
}

function unknownGenerator({ generator, seed }: SeedState): RegimenError {
  const found = `The snapshot's random state is of "${generator}" with seed ${seed}`
  const advice = `this version knows "${GENERATOR}". Use the version that saved it`
  return new RegimenError('REG_CHECKPOINT_MISMATCH', `${found}; ${advice}.`, {
    data: { found: generator, expected: GENERATOR },
  })
}

/** The seed that the options say. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function checkedSeed(input: number | SeedOptions): number {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input)
  return options.check(isObject ? input : { seed: input }).seed
}

/** Whether a value can be a seed. */
function isSeed(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** Replaces `Math.random` in sections, one inside the other or one after the other. */
interface RandomSwap<Place> {
  /** Begins a section: until {@link leave}, `Math.random` draws for this place. */
  enter(place: Place): void
  /** Ends the innermost section: `Math.random` is the previous function again. */
  leave(): void
}

/**
 * Lets `Math.random` give other numbers within sections. A section must end before the call stack
 * does. A reference to the replacement that is kept draws the process's numbers afterwards.
 *
 * @param draw gives the next number of a place
 */
export function randomSwap<Place>(draw: (place: Place) => number): RandomSwap<Place> {
  const open: { readonly place: Place; readonly previous: () => number }[] = []
  let ofProcess = Math.random
  const replacement = () => {
    const section = open.at(-1)
    return section ? draw(section.place) : ofProcess()
  }
  return {
    enter(place) {
      const previous = Math.random
      if (previous !== replacement) ofProcess = previous
      open.push({ place, previous })
      Math.random = replacement
    },
    leave() {
      const section = open.pop()
      if (section) Math.random = section.previous
    },
  }
}
