import { quote, RegimenError, type Snapshot, type TensorData } from '@regimen/core'
import { weightNames } from '@regimen/core/layers'
import type { io, Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { madeOptimizer } from './made-optimizer.js'

/** The optimizer of a checkpoint as `model.json` has it. */
export interface OptimizerState {
  readonly trainingConfig: io.TrainingConfig
  /** In the order of {@link data}, in the group `optimizer`. */
  readonly specs: readonly io.WeightsManifestEntry[]
  readonly data: readonly ArrayBuffer[]
}

type Slots = readonly (readonly [field: string, suffix: string])[]

/** What `setWeights` of each optimizer of tfjs takes after the count of steps: arrays of slots, in their order. */
const SLOTS: Readonly<Record<string, Slots>> = {
  SGD: [],
  Momentum: [['accumulations', 'momentum']],
  Adagrad: [['accumulatedGrads', 'accumulator']],
  Adadelta: [
    ['accumulatedGrads', 'accum_grad'],
    ['accumulatedUpdates', 'accum_var'],
  ],
  Adam: [
    ['accumulatedFirstMoment', 'm'],
    ['accumulatedSecondMoment', 'v'],
  ],
  RMSProp: [
    ['accumulatedMeanSquares', 'rms'],
    ['accumulatedMoments', 'momentum'],
    ['accumulatedMeanGrads', 'mg'],
  ],
}

/**
 * The state of a checkpoint's optimizer for `tf.loadLayersModel`, which compiles the model with it. Hyperparameters
 * are those of the code; a learning rate that the optimizer itself changes is that of the checkpoint.
 *
 * @param source the module that was trained, or its model
 * @throws REG_MODULE_INVALID for what `model.json` has no place for
 */
export function optimizerState(
  source: unknown,
  model: LayersModel,
  { meta, tensors }: Snapshot,
): OptimizerState {
  const [name = '', ...others] = Object.keys(meta.optimizers)
  const saved = meta.optimizers[name]
  if (!saved || others.length > 0) {
    const count = saved ? `has ${others.length + 1} optimizers` : 'has no optimizer'
    refuse(model, `${count} in the checkpoint; model.json has room for one`)
  }
  const optimizer = madeOptimizer(source, model)
  const className = optimizer?.getClassName?.()
  const kinds = className === undefined ? undefined : SLOTS[className]
  if (!optimizer || className === undefined || !kinds || saved?.state || saved?.weights) {
    const kind = className === undefined ? 'no optimizer that can be named' : className
    const known = Object.keys(SLOTS).join(', ')
    return refuse(
      model,
      `is trained with ${kind}; tf.loadLayersModel restores ${known} only`,
    )
  }
  const rate = saved?.learningRate
  const config = {
    ...optimizer.getConfig(),
    ...(rate !== undefined && { learningRate: rate }),
  }
  const used = kinds.filter(
    ([field]) =>
      field !== 'accumulatedMeanGrads' ||
      (config as Record<string, unknown>).centered === true,
  )
  const slots = slotsOf(model, used, `optimizer/${name}/`, tensors)
  const iterations = Int32Array.of(saved?.iterations ?? 0)
  const trainingConfig = {
    ...identifiersOf(model),
    optimizer_config: { class_name: className, config },
  } as io.TrainingConfig
  return {
    trainingConfig,
    specs: [
      { name: 'iter', shape: [], dtype: 'int32', group: 'optimizer' },
      ...slots.map(({ name, tensor }): io.WeightsManifestEntry => {
        return {
          name,
          shape: [...tensor.shape],
          dtype: tensor.dtype as 'float32',
          group: 'optimizer',
        }
      }),
    ],
    data: [iterations.buffer, ...slots.map(({ tensor }) => bytesOf(tensor))],
  }
}

/** The slots of each trainable weight, in the order in which `model.fit` hands gradients on. */
function slotsOf(
  model: LayersModel,
  kinds: Slots,
  prefix: string,
  tensors: Snapshot['tensors'],
) {
  const names = new Map(
    Object.entries(weightNames(model)).map(([name, variable]) => [variable, name]),
  )
  const all = kinds.flatMap(([field, suffix]) =>
    model.trainableWeights.map((weight) => {
      const key = `${prefix}${field}/${names.get(weight.read() as Variable)}`
      return { name: `${weight.originalName}/${suffix}`, tensor: tensors[key] }
    }),
  )
  const found = all.filter(
    (slot): slot is { name: string; tensor: TensorData } => slot.tensor !== undefined,
  )
  // tfjs finds slots by their position: those of some weights only would be given to others.
  if (found.length === 0 || found.length === all.length) return found
  const without = all.filter(({ tensor }) => !tensor).map(({ name }) => quote(name))
  return refuse(model, `has no ${without.join(', ')} in the checkpoint`)
}

interface Identified {
  getLossIdentifiers(): unknown
  getMetricIdentifiers(): unknown
}

/** Loss and metrics by name, as a compiled model has them. */
function identifiersOf(model: LayersModel) {
  const { loss, metrics } = model as {
    readonly loss?: unknown
    readonly metrics?: unknown
  }
  const noPlace = 'model.json has no place for a function'
  if (!isNamed(loss)) refuse(model, `has a loss that is no name; ${noPlace}`)
  if (!isNamed(metrics)) refuse(model, `has a metric that is no name; ${noPlace}`)
  const compiled = model as unknown as Identified
  return { loss: compiled.getLossIdentifiers(), metrics: compiled.getMetricIdentifiers() }
}

/** Whether losses or metrics, alone or of several outputs, are names. */
function isNamed(value: unknown): boolean {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).every(isNamed)
  return value === undefined || typeof value === 'string'
}

function bytesOf({ data }: TensorData): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = data as Float32Array
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)
}

/** @throws REG_MODULE_INVALID */
export function refuse(model: LayersModel, found: string): never {
  const text = `The state of the optimizer cannot be exported: the model ${quote(model.name)} ${found}. Leave "optimizer" out; the checkpoint keeps the state.`
  throw new RegimenError('REG_MODULE_INVALID', text, {
    data: { part: 'optimizer', found },
  })
}
