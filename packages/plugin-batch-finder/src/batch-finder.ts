import { definePlugin, type Loader, type Plugin, type RunInfo } from '@regimen/core'
import { type BatchFinderOptions, resolveOptions, options as schema } from './options.js'
import { fastest, largestThatFits, type SizeSearch } from './search.js'
import { loaderOf, trySize } from './try-size.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'batch-finder': BatchFinderOptions
  }
}

/** The plugin, with training data of the size that it finds. */
export interface BatchFinder<B = unknown> extends Plugin {
  /** Pass it as `data.train`: it makes the data with the size that was found. */
  readonly train: (epoch: number) => Loader<B> | Promise<Loader<B>>
}

/**
 * Finds the largest batch size that fits into memory, or the fastest one, by a few steps with each size on the
 * side of a run, before it begins. Everything is put back; the run uses the size if it trains on `finder.train`.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * ```ts no-run
 * const finder = batchFinder({ train: (batchSize) => arrayLoader({ x: new Float32Array(5000) }, { batchSize }) })
 * const trainer = new Trainer({ plugins: [finder] }) // fit(module, { train: finder.train })
 * ```
 */
export function batchFinder<B>(input: BatchFinderOptions<B>): BatchFinder<B> {
  const options = resolveOptions(input)
  // Outside of `apply`: the data of a run are made by the user, who has no trainer at hand.
  let size: number | undefined
  const train = (epoch: number) => {
    const source = input.train(size ?? options.start)
    return loaderOf(source, epoch)
  }
  const plugin = definePlugin<{ readonly size: number | null }>({
    name: 'batch-finder',
    recipe: { factory: batchFinder, options: input, schema },
    writes: true,
    before: ['lr-finder?'],
    apply(context) {
      const { id, hooks, report, explainWait } = context
      let run: RunInfo | undefined

      hooks.setup.tap(id, (begun) => {
        if (begun.stage !== 'fit') return
        run = begun.run
        size = undefined
      })

      hooks.fitStart.tapPromise(id, async () => {
        const fit = run
        if (!fit || fit.isResumed) return
        const search = options.mode === 'memory' ? largestThatFits : fastest
        const arrived = explainWait(() => 'batch sizes are tried')
        try {
          const found = await search(
            (tried) => trySize(fit, tried, options, context),
            options,
          )
          options.onResult?.(found)
          size = found.size
          const isUsed = fit.data?.train === train
          report[size === undefined ? 'warn' : 'info'](textOf(found, isUsed))
          const text = JSON.stringify({ type: 'batch-finder', ...found })
          await context.record({ kind: 'text', name: 'batch_finder', text })
        } finally {
          arrived()
        }
      })

      return {
        saveState: () => ({ size: size ?? null }),
        loadState(saved) {
          size = saved.size ?? undefined
        },
      }
    },
  })
  const own = Object.getOwnPropertyDescriptors(plugin)
  return Object.defineProperties({ train }, own) as BatchFinder<B>
}

function textOf({ size, trials }: SizeSearch, isUsed: boolean): string {
  const tried = `${trials.length} sizes were tried`
  if (size === undefined) return `No batch size fits: ${tried}.`
  const use = isUsed ? 'The run uses it.' : 'The run does not: its data.train is another.'
  return `A batch size of ${size} was found; ${tried}. ${use}`
}
