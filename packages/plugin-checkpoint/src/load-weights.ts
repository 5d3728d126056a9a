import {
  modelDifferences,
  quote,
  RegimenError,
  type Snapshot,
  type TensorData,
} from '@regimen/core'
import { weightNames } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { noteWeights } from './lineage.js'
import { loadCheckpoint, type StoreReference } from './load.js'
import {
  checkSelection,
  selectWeights,
  type WeightReport,
  type WeightSelection,
} from './weight-selection.js'

/** Variables by name or as a list, as `variables()` of a module returns them. */
export type Variables = Readonly<Record<string, tf.Variable>> | readonly tf.Variable[]

/** What takes weights: a module, a `tf.LayersModel` as `layersModule` trained it, or variables. */
export type WeightTarget =
  | { readonly variables: () => Variables }
  | LayersModel
  | Variables

/** A path, what a store holds, or a snapshot. */
export type WeightSource = string | StoreReference | Snapshot

/**
 * Gives a module, a `tf.LayersModel` or some variables the weights of a checkpoint: all that inference
 * needs, or those that the selection names. Strict: what is loaded must be in both, with the same shape.
 *
 * @returns what was loaded, and what was not
 * @throws REG_CHECKPOINT_MISMATCH naming the file and what differs, REG_OPTION_INVALID for a pattern that nothing
 *   matches; nothing is changed then. REG_CHECKPOINT_MISSING, REG_CHECKPOINT_DAMAGED, REG_MODULE_INVALID
 * @example
 * ```ts no-run
 * await loadWeights(model, 'runs/mnist/version_0/best.safetensors')
 * await loadWeights(model, 'body.safetensors', { only: 'body', rename: { encoder: 'body' } })
 * ```
 */
export async function loadWeights(
  target: WeightTarget,
  source: WeightSource,
  selection: WeightSelection = {},
): Promise<WeightReport> {
  checkSelection(selection)
  const variables = variablesOf(target)
  const snapshot = await snapshotOf(source)
  const saved = weightsIn(snapshot)
  const { sources, ...report } = selectWeights(
    saved,
    variables,
    selection,
    whatOf(source),
  )
  for (const [name, from] of Object.entries(sources)) {
    const { data, shape, dtype } = saved[from] as TensorData
    const value = tf.tensor(data, shape as number[], dtype)
    variables[name]?.assign(value)
    value.dispose()
  }
  const loaded = report.loaded.flatMap((name) => variables[name] ?? [])
  noteWeights(loaded, snapshot, nameOf(source) ?? 'a snapshot')
  return report
}

/** Whether something is a `tf.LayersModel`, of whatever copy of tfjs. */
export function isLayersModel(value: unknown): value is LayersModel {
  const { layers, getWeights } = (value ?? {}) as Partial<LayersModel>
  return Array.isArray(layers) && typeof getWeights === 'function'
}

function variablesOf(target: WeightTarget): Readonly<Record<string, tf.Variable>> {
  if (isLayersModel(target)) return weightNames(target)
  const { variables } = (target ?? {}) as { readonly variables?: () => Variables }
  const given =
    typeof variables === 'function' ? variables.call(target) : (target as Variables)
  const isVariable = (value: unknown) =>
    typeof (value as Partial<tf.Variable> | null)?.assign === 'function'
  if (
    typeof given === 'object' &&
    given !== null &&
    Object.values(given).every(isVariable)
  ) {
    const isList = Array.isArray(given)
    const list = isList
      ? given.map((one: tf.Variable) => [one.name, one])
      : Object.entries(given)
    return Object.fromEntries(list) as Record<string, tf.Variable>
  }
  const advice = 'give a module, a tf.LayersModel, or variables by name or as a list'
  throw new RegimenError(
    'REG_MODULE_INVALID',
    `Weights cannot be given to ${quote(given)}; ${advice}.`,
    { data: { found: given } },
  )
}

/** The weights of a checkpoint under the names that the module gave them. */
export async function weightsOf(
  source: WeightSource,
): Promise<Record<string, TensorData>> {
  return weightsIn(await snapshotOf(source))
}

async function snapshotOf(source: WeightSource): Promise<Snapshot> {
  const isSnapshot = typeof source === 'object' && source !== null && 'tensors' in source
  return isSnapshot ? source : loadCheckpoint(source)
}

function weightsIn({ tensors }: Snapshot): Record<string, TensorData> {
  const ofModule = Object.entries(tensors).filter(([name]) => name.startsWith('module/'))
  return Object.fromEntries(
    ofModule.map(([name, data]) => [name.slice('module/'.length), data]),
  )
}

/** The file that a source is, if it is known. */
function nameOf(source: WeightSource): string | undefined {
  const { origin, name = origin } = Object(source) as { origin?: string; name?: string }
  return typeof source === 'string' ? source : name
}

/** How errors name a source. */
function whatOf(source: WeightSource): string {
  const file = nameOf(source)
  return file === undefined ? 'The snapshot' : `The checkpoint "${file}"`
}

type Kinds = Parameters<typeof modelDifferences>[0]

/** @throws REG_CHECKPOINT_MISMATCH */
export function checkSame(source: WeightSource, saved: Kinds, here: Kinds): void {
  const differences = modelDifferences(saved, here)
  if (differences === undefined) return
  const file = nameOf(source)
  const text = `${whatOf(source)} is of another model: ${differences}. Give the model that it was saved with.`
  throw new RegimenError('REG_CHECKPOINT_MISMATCH', text, { data: { file, differences } })
}
