import {
  definePlugin,
  type NamedTensorData,
  type Plugin,
  type RunInfo,
  type StateWithTensors,
} from '@regimen/core'
import { Average, assignData, copyTensors } from './average.js'
import {
  type AveragingState,
  isDue,
  nothingAveraged,
  type Place,
  shareOf,
} from './averaging.js'
import { type EmaOptions, resolveOptions, options as schema } from './options.js'
import { rawOf, weightsOf, withAverage } from './saved-average.js'
import { noRates, type SavedRates, SwaRates } from './swa-rates.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    ema: EmaOptions
  }
}

type SavedState = AveragingState & { readonly rates: SavedRates }
/** Both sets of weights at the end of a fit, in host memory. */
type Ended = { readonly average: NamedTensorData; readonly raw: NamedTensorData }

/**
 * Averages the weights of a fit. Validations use the average, and so does whatever judges by them; when the
 * fit ends the module has it. A checkpoint holds the average as its weights, and beside it the weights
 * that are trained, from which a resumed run continues.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; in a fit REG_OPTIMIZER_INVALID
 * @example
 * new Trainer({ plugins: [ema({ decay: 0.999 })] })
 */
export function ema(input: EmaOptions = {}): Plugin {
  const options = resolveOptions(input)
  return definePlugin<SavedState | StateWithTensors>({
    name: 'ema',
    recipe: { factory: ema, options: input, schema },
    // Its ends come before theirs: rates go back in reverse order, and the best weights come last.
    after: ['lr-scheduler?', 'early-stopping?'],
    apply({ id, hooks, tf, state: counters, report, aroundSync, provide }) {
      let state = nothingAveraged
      let run: RunInfo | undefined
      let average: Average | undefined
      let rates: SwaRates | undefined
      let loaded: NamedTensorData | undefined
      let ended: Ended | undefined
      let isLastBatch = false
      const saved = (): SavedState => ({ ...state, rates: rates?.saved ?? noRates })

      const take = (place: Place) => {
        if (!average || !isDue(options, state, place)) return
        average.update(shareOf(options, state.averaged), options.statistics)
        state = { averaged: state.averaged + 1, step: place.step }
      }

      provide('evaluatedWeights', {
        copy: async () => (average?.isReady ? average.copy() : undefined),
      })

      hooks.setup.tap(id, (begun) => {
        if (begun.stage !== 'fit') return
        run = begun.run
        state = nothingAveraged
        average = new Average(tf, run.variables)
        rates = new SwaRates(options, run.optimizers)
        loaded = undefined
        ended = undefined
      })

      hooks.loadState.tap(id, ({ snapshot }) => {
        if (!run || !loaded || Object.keys(loaded).length === 0) return
        average?.load(weightsOf(snapshot))
        assignData(tf, run.variables, loaded)
        loaded = undefined
      })

      hooks.batchStart.tap(id, ({ step, epoch }) => {
        isLastBatch = false
        rates?.apply({ step, epoch, isEpochEnd: false })
      })

      hooks.gradients.tap(id, (gradients, batch) => {
        isLastBatch = batch.isLastBatch
        return gradients
      })

      hooks.batchEnd.tap(id, ({ outcome, step, epoch }) => {
        if (outcome === 'completed') take({ step, epoch, isEpochEnd: isLastBatch })
      })

      // A last batch that changed no weights, or came without a sign that it was the last.
      hooks.epochEnd.tap(id, ({ outcome, step, epoch }) => {
        if (outcome === 'completed') take({ step, epoch: epoch - 1, isEpochEnd: true })
      })

      aroundSync((kind, _, call) => {
        const isAveraged =
          kind === 'evaluation' && counters.stage === 'fit' && average?.isReady
        return isAveraged && average ? average.during(call) : call()
      })

      hooks.saveState.tapPromise(id, async (snapshot) => {
        if (ended) return withAverage(snapshot, { id, state: saved(), ...ended })
        if (!average?.isReady) return snapshot
        const copies = { average: await average.copy(), raw: undefined }
        return withAverage(snapshot, { id, state: saved(), ...copies })
      })

      hooks.fitEnd.tap(id, () => rates?.restore())

      // Not in fitEnd, in which others may still save the weights that are trained.
      hooks.teardown.tapPromise(id, async ({ stage, outcome }) => {
        if (stage !== 'fit' || !run || !average) return
        const ending = average
        average = undefined
        try {
          rates?.restore()
          if (!ending.isReady) return
          ended = { raw: await copyTensors(run.variables), average: await ending.copy() }
          // Who interrupts a fit resumes it, as the weights are that were trained.
          if (outcome === 'failed' || outcome === 'interrupted') return
          ending.assign()
          const count = state.averaged === 1 ? 'one state' : `${state.averaged} states`
          report.info(`The module has the average of ${count} of its weights.`)
        } finally {
          ending.dispose()
        }
      })

      return {
        saveState: saved,
        loadState(found) {
          const hasTensors = 'meta' in found && 'tensors' in found
          const meta = (hasTensors ? found.meta : found) as SavedState
          state = { averaged: meta.averaged, step: meta.step }
          if (rates) rates.saved = meta.rates
          if (hasTensors) loaded = rawOf(found.tensors as NamedTensorData)
        },
      }
    },
  })
}
