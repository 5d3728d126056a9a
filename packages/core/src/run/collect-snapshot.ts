import { fail } from '../floor/errors.js'
import { encodeJson } from '../floor/json.js'
import { withCounters } from '../state/run-state.js'
import { type SavedOptimizer, saveOptimizer } from '../state/saved-optimizer.js'
import type { Snapshot, SnapshotMeta } from '../state/snapshot.js'
import { copyTensors, type TensorData } from '../state/tensor-data.js'
import type { FitRun } from './fit-run.js'
import type { Moment } from './moment.js'

/**
 * Copies the whole state of a fit: the present state or, during a validation or an epoch's end and
 * after an error, the state just before it.
 *
 * @throws REG_BUSY if a fit could not be resumed from the snapshot
 */
export async function collectSnapshot(run: FitRun): Promise<Snapshot> {
  const { keeper, table, hooks } = run
  const moment = await keeper.moment()
  const { changes } = keeper
  const weights = await copyTensors(table.byName, 'module/')
  const optimizers: Record<string, SavedOptimizer> = {}
  const slots: Record<string, TensorData>[] = []
  for (const [name, optimizer] of Object.entries(run.optimizers)) {
    const saved = await saveOptimizer(optimizer, name, table)
    optimizers[name] = saved.meta
    slots.push(saved.tensors)
  }
  if (keeper.changes !== changes) fail('REG_BUSY.moved')
  const tensors = Object.assign({}, weights, ...slots, moment.pluginTensors)
  const snapshot = { meta: metaOf(moment, optimizers), tensors }
  return hooks.waterfall('saveState', snapshot, withCounters(moment.position, {}))
}

function metaOf(moment: Moment, optimizers: SnapshotMeta['optimizers']): SnapshotMeta {
  const { sums, results, validated, train, validation } = moment
  return {
    format: 1,
    position: moment.position,
    elapsedMs: moment.elapsedMs,
    history: encodeJson(moment.history, 'history'),
    metrics: encodeJson({ sums, results, validated }, 'metrics'),
    loaders: { train: train.state, trainBatch: train.batch, validation },
    schedules: moment.schedules,
    trainBatches: moment.trainBatches,
    evaluated: moment.evaluated,
    requested: moment.requested,
    optimizers,
    plugins: moment.plugins,
  }
}
