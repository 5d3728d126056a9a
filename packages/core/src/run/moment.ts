import { namedSources } from '../data/batch-source.js'
import type { LoaderPosition } from '../data/loader-position.js'
import { fail } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import type { ScheduleState } from '../floor/schedule.js'
import type { Metric, Numbers } from '../metrics/metrics.js'
import { isEpochOpen, isMidEpoch } from '../state/phase.js'
import type { Position } from '../state/snapshot.js'
import type { PluginStop } from '../state/stop-reason.js'
import type { NamedTensorData, TensorData } from '../state/tensor-data.js'
import type { HistoryRow } from './fit-result.js'
import type { FitState } from './fit-state.js'
import type { RunSchedules } from './run-schedules.js'

/** The state of a fit at one moment, except its weights and optimizers. */
export interface Moment {
  readonly position: Position
  readonly elapsedMs: number
  readonly history: readonly HistoryRow[]
  /** Sums of the epoch so far. */
  readonly sums: readonly Metric[]
  readonly results: Numbers
  readonly validated: Numbers | undefined
  readonly train: LoaderPosition
  readonly validation: Readonly<Record<string, Json>>
  readonly schedules: Readonly<Record<string, ScheduleState>>
  readonly trainBatches: number | null
  readonly evaluated: Readonly<Record<string, number>>
  readonly requested: PluginStop | null
  readonly plugins: Readonly<Record<string, Json>>
  readonly pluginTensors: NamedTensorData
  /** The data ids of the weights: a variable that is assigned gets a new one. */
  readonly weights: readonly object[]
}

/** The present moment. Call it after metrics were downloaded from the device. @throws REG_BUSY */
export function momentOf(fit: FitState, schedules: RunSchedules): Moment {
  const { session, epochLog, phase } = fit
  const isEpochResumed = isEpochOpen(phase) || phase === 'cut'
  const train = fit.loaderPosition({ isMidEpoch: isMidEpoch(phase) })
  return {
    position: positionOf(fit),
    elapsedMs: fit.elapsedMs(),
    history: [...fit.history],
    sums: isEpochResumed ? epochLog.save().map((metric) => ({ ...metric })) : [],
    results: { ...fit.results },
    validated: fit.validatedInEpoch,
    train: train ?? fail('REG_BUSY.loader'),
    validation: validationStates(fit),
    schedules: Object.fromEntries(
      schedules.all.map(({ key, schedule }) => [key, schedule.last]),
    ),
    trainBatches: fit.trainBatches ?? null,
    evaluated: { ...session.evaluated.validation },
    requested: session.stopRequest ?? null,
    ...pluginStates(fit),
    weights: fit.variables.map(({ dataId }) => dataId),
  }
}

/** The position to save: a run resumes the epoch that was cut short. */
function positionOf({ state, phase }: FitState): Position {
  const { epoch, batch, step, samples, validations } = state
  return {
    epoch: phase === 'cut' ? epoch - 1 : epoch,
    batch: phase === 'betweenEpochs' ? 0 : batch,
    step,
    samples,
    validations,
    phase,
  }
}

/** The states of the plugins now. */
export function pluginStates({
  session,
}: FitState): Pick<Moment, 'plugins' | 'pluginTensors'> {
  const pluginTensors: Record<string, TensorData> = {}
  return { plugins: session.host.save(pluginTensors), pluginTensors }
}

const validationStates = (fit: FitState): Record<string, Json> =>
  Object.fromEntries(
    validationLoaders(fit).map(({ name, loader }) => [name, loader.state?.() ?? null]),
  )

/** The validation loaders that serve the whole run and have a position; a single one is named `''`. */
export const validationLoaders = ({ data: { validation = [] } }: FitState) =>
  namedSources(validation, 'data.validation').flatMap(({ name = '', source, place }) =>
    typeof source === 'function' || !source.state
      ? []
      : [{ name, loader: source, place }],
  )
