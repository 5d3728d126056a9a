import {
  definePlugin,
  isRegimenError,
  LearningRate,
  type Plugin,
  quoteAll,
  RegimenError,
  type RunInfo,
  suggestion,
  trialFit,
} from '@regimen/core'
import type { ResolvedOptions } from './options.js'
import {
  hasDiverged,
  nextPoint,
  type RangePoint,
  type RangeTest,
  rateAt,
  suggestionOf,
} from './range.js'

/** Tests rates on the side of a run. Leaves the run as it was. @throws what training throws, but for NaN */
export async function rangeTest(
  run: RunInfo,
  options: ResolvedOptions,
  signal: AbortSignal,
): Promise<RangeTest> {
  const points: RangePoint[] = []
  const name = optimizerOf(run, options.optimizer)
  let ended: RangeTest['ended']
  const tester = testerOf(options, name, points, () => {
    ended = 'diverged'
  })
  const train = run.data?.train ?? []
  try {
    await trialFit(run, { train, maxSteps: options.steps, plugins: tester, signal })
    if (signal.aborted) ended = 'interrupted'
  } catch (thrown) {
    if (!isRegimenError(thrown) || thrown.code !== 'REG_LOSS_NOT_FINITE') throw thrown
    ended = 'not finite'
  }
  return { points, ended, suggestion: suggestionOf(points) }
}

/** The optimizer that is tested. @throws REG_OPTIMIZER_INVALID */
export function optimizerOf({ optimizers }: RunInfo, wanted: string | undefined): string {
  const names = Object.keys(optimizers)
  const only = names.length === 1 ? names[0] : undefined
  const found = wanted ?? only
  if (found !== undefined && names.includes(found)) return found
  const what = wanted === undefined ? 'missing' : `"${wanted}", which does not exist`
  const hint = wanted === undefined ? '' : suggestion(wanted, names)
  const text = `lrFinder: "optimizer" is ${what}; expected one of ${quoteAll(names)}.${hint}`
  throw new RegimenError('REG_OPTIMIZER_INVALID', text, {
    data: { optimizer: wanted, optimizers: names },
  })
}

/** Raises the rate from step to step, and notes the losses. */
function testerOf(
  options: ResolvedOptions,
  optimizer: string,
  points: RangePoint[],
  diverged: () => void,
): Plugin {
  const { monitor, smoothing, stop } = options
  return definePlugin({
    name: 'range-test',
    apply({ id, hooks, requestStop }) {
      let rate: LearningRate | undefined
      hooks.setup.tap(id, ({ run }) => {
        const instance = run.optimizers[optimizer]
        rate = instance && new LearningRate(instance, optimizer)
      })
      hooks.batchStart.tap(id, ({ step }) => rate?.set(rateAt(options, step)))
      hooks.batchEnd.tapPromise(id, async ({ outcome, metrics, step }) => {
        if (outcome === 'failed') return
        const loss = await metrics.get(monitor)
        const at = rateAt(options, step - 1)
        points.push(nextPoint(points, { rate: at, loss }, smoothing))
        if (!hasDiverged(points, stop)) return
        diverged()
        requestStop('the loss has diverged')
      })
      hooks.fitEnd.tap(id, () => rate?.restore())
    },
  })
}
