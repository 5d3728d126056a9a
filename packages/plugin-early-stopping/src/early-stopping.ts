import {
  definePlugin,
  type HookPayload,
  isRegimenError,
  monitoredMetric,
  type Plugin,
  type RegimenError,
  type RunInfo,
  type StateWithTensors,
} from '@regimen/core'
import { assignWeights, copyWeights, type Weights } from './best-weights.js'
import {
  type EarlyStoppingOptions,
  type ResolvedOptions,
  resolveOptions,
  options as schema,
} from './options.js'
import {
  describeReason,
  initialPatience,
  isStillStopped,
  judge,
  type PatienceState,
  resumedPatience,
} from './patience.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'early-stopping': EarlyStoppingOptions
  }
}

/** What a checkpoint holds: the state of the rule, and the metric that it was for. */
type SavedState = Partial<PatienceState> & {
  readonly monitor?: string
  readonly mode?: string
}
type Monitor = HookPayload<'monitor'>

/**
 * Stops a run when a metric has stopped improving, has reached its goal, has diverged or is not finite. The
 * reason and its numbers are in `result.stop`. The current options apply, also in a run that is
 * resumed: a stopped run has ended, unless these options would not have stopped it.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; in a run REG_METRIC_MISSING
 * @example
 * new Trainer({ plugins: [earlyStopping({ monitor: 'val_loss', mode: 'min', patience: 5 })] })
 */
export function earlyStopping(input: EarlyStoppingOptions): Plugin {
  const options = resolveOptions(input)
  const { monitor, mode, restoreBest } = options
  return definePlugin<SavedState | StateWithTensors>({
    name: 'early-stopping',
    recipe: { factory: earlyStopping, options: input, schema },
    id: options.id,
    apply({ id, hooks, tf, report, requestStop, withdrawStop, provide, service }) {
      let state = initialPatience(mode)
      let weights: Weights | undefined
      let run: RunInfo | undefined
      let hasWarned = false
      provide('bestValue', {
        best() {
          const { best: value, bestEpoch, bestStep: step } = state
          if (bestEpoch === null || step === null) return undefined
          return { plugin: id, monitor, mode, value, epoch: bestEpoch - 1, step }
        },
      })

      hooks.setup.tap(id, (begun) => {
        run = begun.run
        state = initialPatience(mode)
        weights = undefined
        hasWarned = false
      })

      hooks.loadState.tap(id, () => {
        const { reason, stoppedValue } = state
        if (reason !== null && isStillStopped(options, state)) {
          requestStop(
            describeReason(reason, state, {
              ...options,
              value: stoppedValue ?? state.best,
            }),
          )
          return
        }
        state = resumedPatience(state)
        withdrawStop()
      })

      hooks.monitor.tapPromise(id, async (boundary) => {
        if (!run || !boundary[checkedOn(options, run)]) return
        const value = await monitored(boundary, monitor, id)
        if (typeof value !== 'number') {
          if (options.strict) throw value
          if (!hasWarned) report.warn(`It judges nothing where ${value.detail}`)
          hasWarned = true
          return
        }
        const { epoch, step } = boundary.counters
        const check = { value, step, epoch: boundary.epoch ? epoch : epoch + 1 }
        const verdict = judge(options, state, check)
        if (verdict.isImprovement && restoreBest)
          weights =
            (await service('evaluatedWeights')?.copy()) ??
            (await copyWeights(run.variables))
        state = verdict.state
        if (verdict.reason) {
          requestStop(describeReason(verdict.reason, state, { ...options, value }))
        }
      })

      // Not in fitEnd, in which others may still save the weights as they were trained.
      hooks.teardown.tap(id, ({ stage, outcome, step }) => {
        if (!restoreBest || !run || stage !== 'fit') return
        if (outcome === 'failed' || state.bestStep === null) return
        if (!weights) {
          const text = 'its weights were not saved, since restoreBest was off then'
          report.warn(
            `The best value of ${JSON.stringify(monitor)} is from before this run; ${text}.`,
          )
          return
        }
        if (state.bestStep === step) return
        assignWeights(tf, run.variables, weights)
        const best = `${JSON.stringify(monitor)} ${state.best}`
        report.info(`The weights of epoch ${state.bestEpoch} (${best}) are restored.`)
      })

      return {
        saveState() {
          const meta: SavedState = { monitor, mode, ...state }
          return weights ? { meta, tensors: weights } : meta
        },
        loadState(saved) {
          const hasTensors = 'meta' in saved && 'tensors' in saved
          const meta = (hasTensors ? saved.meta : saved) as SavedState
          if (
            meta.monitor !== undefined &&
            (meta.monitor !== monitor || meta.mode !== mode)
          ) {
            const then = `${meta.mode} of ${JSON.stringify(meta.monitor)}`
            report.info(
              `What was known of the ${then} is dropped: ${mode} of ${JSON.stringify(monitor)} is watched now.`,
            )
            return
          }
          const { monitor: _, mode: __, ...patienceState } = meta
          state = { ...initialPatience(mode), ...patienceState }
          if (hasTensors && restoreBest) weights = saved.tensors as Weights
        },
      }
    },
  })
}

function checkedOn({ checkOn }: ResolvedOptions, run: RunInfo): 'validation' | 'epoch' {
  return checkOn ?? (run.validationBatches === 0 ? 'epoch' : 'validation')
}

/** The monitored value, or the error that says what was reported instead. */
async function monitored(
  { metrics }: Monitor,
  monitor: string,
  id: string,
): Promise<number | RegimenError> {
  try {
    return await monitoredMetric(metrics, monitor, id)
  } catch (thrown) {
    if (isRegimenError(thrown) && thrown.code === 'REG_METRIC_MISSING') return thrown
    throw thrown
  }
}
