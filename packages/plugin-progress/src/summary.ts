import { type RunInfo, type TableColumn, textTable } from '@regimen/core'
import { flow, formatBytes, formatCount, widthOf } from './format.js'

const COLUMNS: readonly (TableColumn & { readonly cell: (row: SummaryRow) => string })[] =
  [
    { head: 'name', align: 'left', cell: ({ name }) => name },
    { head: 'params', align: 'right', cell: ({ params }) => formatCount(params) },
    { head: 'shape', align: 'left', isOptional: true, cell: ({ shape }) => shape },
    {
      head: 'trainable',
      align: 'left',
      isOptional: true,
      cell: ({ trainable }) => trainable,
    },
    { head: 'type', align: 'left', isOptional: true, cell: ({ kind }) => kind },
  ]

/** The model of a run as a table of at most `width` columns, with the sums below. */
export function summaryText(
  { module, variables }: Pick<RunInfo, 'module' | 'variables'>,
  width: number,
): string {
  const rows = summaryRows(module, variables)
  const { params, trainable, frozen, bytes } = summaryTotals(variables)
  const cells = rows.map((row) => COLUMNS.map(({ cell }) => cell(row)))
  const sums = [
    `${formatCount(params)} params`,
    `${formatCount(trainable)} trainable`,
    `${formatCount(frozen)} non-trainable`,
    formatBytes(bytes),
  ]
  return [
    ...textTable(COLUMNS, cells, { width, widthOf }),
    '',
    ...flow(sums, width),
    '',
  ].join('\n')
}

/** What a summary needs of a variable. */
export interface VariableLike {
  readonly shape: readonly number[]
  readonly dtype: string
  readonly trainable: boolean
}

/** A line of a summary. */
export interface SummaryRow {
  readonly name: string
  /** Class of the layer or type of the variable. */
  readonly kind: string
  readonly shape: string
  readonly params: number
  readonly trainable: 'yes' | 'no' | 'partly' | ''
}

/** Sums over all variables. */
export interface SummaryTotals {
  readonly params: number
  readonly trainable: number
  readonly frozen: number
  readonly bytes: number
}

interface LayerLike {
  readonly name: string
  readonly weights: readonly { readonly shape: readonly number[] }[]
  readonly trainableWeights?: readonly unknown[]
  readonly outputShape?: unknown
  getClassName?(): string
}

const BYTES: Readonly<Record<string, number>> = { bool: 1, complex64: 8 }

/** A row per layer if the module has a `model` with layers, else one per variable. */
export function summaryRows(
  module: object,
  variables: Readonly<Record<string, VariableLike>>,
): SummaryRow[] {
  const layers = layersOf(module)
  if (layers === undefined) return Object.entries(variables).map(variableRow)
  const rows = layers.map(layerRow)
  const inLayers = rows.reduce((sum, { params }) => sum + params, 0)
  const others = summaryTotals(variables).params - inLayers
  if (others <= 0) return rows
  return [
    ...rows,
    { name: 'other variables', kind: '', shape: '', params: others, trainable: '' },
  ]
}

/** Number and size of all parameters. */
export function summaryTotals(
  variables: Readonly<Record<string, VariableLike>>,
): SummaryTotals {
  let params = 0
  let trainable = 0
  let bytes = 0
  for (const variable of Object.values(variables)) {
    const size = sizeOf(variable.shape)
    params += size
    if (variable.trainable) trainable += size
    bytes += size * (BYTES[variable.dtype] ?? 4)
  }
  return { params, trainable, frozen: params - trainable, bytes }
}

function variableRow([name, variable]: readonly [string, VariableLike]): SummaryRow {
  return {
    name,
    kind: variable.dtype,
    shape: shapeText(variable.shape),
    params: sizeOf(variable.shape),
    trainable: variable.trainable ? 'yes' : 'no',
  }
}

function layerRow(layer: LayerLike): SummaryRow {
  const weights = layer.weights.length
  const trainable = layer.trainableWeights?.length ?? weights
  return {
    name: layer.name,
    kind: layer.getClassName?.() ?? '',
    shape: outputShapeText(layer),
    params: layer.weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    trainable:
      weights === 0
        ? ''
        : trainable === 0
          ? 'no'
          : trainable < weights
            ? 'partly'
            : 'yes',
  }
}

/** A layer that is used several times with different shapes has no output shape, and says so by throwing. */
function outputShapeText(layer: LayerLike): string {
  try {
    const shape = layer.outputShape
    if (!Array.isArray(shape)) return '?'
    return Array.isArray(shape[0]) ? shape.map(shapeText).join(', ') : shapeText(shape)
  } catch {
    return 'several'
  }
}

function shapeText(shape: readonly (number | null)[]): string {
  if (shape.length === 0) return 'scalar'
  return shape.map((size) => size ?? '?').join('×')
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

function layersOf(module: object): readonly LayerLike[] | undefined {
  const model: unknown = 'model' in module ? module.model : undefined
  if (typeof model !== 'object' || model === null || !('layers' in model))
    return undefined
  const { layers } = model
  return Array.isArray(layers) && layers.length > 0 && layers.every(isLayer)
    ? layers
    : undefined
}

function isLayer(value: unknown): value is LayerLike {
  const layer = value as Partial<LayerLike> | null
  return typeof layer?.name === 'string' && Array.isArray(layer.weights)
}
