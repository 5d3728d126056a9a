import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJson, invalidOption, type Snapshot } from '@regimen/core'
import type { CardFacts } from './card/card-facts.js'
import { CARD_FILE, modelCard } from './card/model-card.js'
import { type Files, type WriteOptions, writeFiles } from './files/write-files.js'
import type { ModelSource } from './model/layers-model.js'
import { onnxModel } from './onnx/export-onnx.js'
import { tfjsModel } from './tfjs/export-tfjs.js'
import { removeOldWeights } from './tfjs/old-weights.js'

/** What can be written. */
export const formats = ['tfjs', 'onnx', 'card'] as const
/** One of the formats. */
export type Format = (typeof formats)[number]

/** Options of {@link exportModel}. */
export interface ExportOptions extends WriteOptions {
  /** Where the files go; made if it is missing. */
  readonly folder: string
  /** Default: all of them. */
  readonly formats?: readonly Format[]
  /** Weights of a checkpoint, instead of those that the model has; its metrics go along. */
  readonly snapshot?: Snapshot | undefined
  /** Whether `model.json` has the state of the optimizer, so that training can continue. Default `false`. */
  readonly optimizer?: boolean | undefined
  /** What else the card tells. */
  readonly card?: Omit<CardFacts, 'model' | 'snapshot' | 'formats'>
}

/**
 * Writes a model to a folder: `model.json` with its weights, `model.onnx` and `MODEL_CARD.md`. All of it is
 * written, or nothing. In a card that is replaced, what a person wrote stays.
 *
 * @returns names of the files
 * @throws REG_OPTION_INVALID, REG_MODULE_INVALID, REG_CHECKPOINT_MISMATCH, REG_EXPORT_LAYER, REG_EXPORT_WRITE
 * @example
 * ```ts no-run
 * await exportModel(model, { folder: 'exported', formats: ['onnx'] })
 * ```
 */
export async function exportModel(
  source: ModelSource,
  options: ExportOptions,
): Promise<string[]> {
  const { folder, snapshot, force = false, card, optimizer = false } = options
  const { formats: wanted = formats } = options
  if (typeof folder !== 'string' || folder === '')
    invalidOption('exportModel', 'folder', folder, 'a path')
  for (const format of wanted) {
    if (!formats.includes(format))
      invalidOption('exportModel', 'formats', format, formats.join(', '))
  }
  if (typeof optimizer !== 'boolean')
    invalidOption('exportModel', 'optimizer', optimizer, 'true or false')
  if (optimizer && !wanted.includes('tfjs'))
    invalidOption(
      'exportModel',
      'optimizer',
      optimizer,
      'false where model.json is not written',
    )
  const files: Record<string, string | Uint8Array> = {}
  const metadata = snapshot ? metadataOf(snapshot) : {}
  if (wanted.includes('card')) {
    const facts = { ...card, model: source, snapshot, formats: wanted }
    files[CARD_FILE] = modelCard(facts, existingCard(folder))
  }
  if (wanted.includes('onnx'))
    files['model.onnx'] = await onnxModel(source, {
      ...(snapshot && { snapshot }),
      metadata,
    })
  if (wanted.includes('tfjs'))
    Object.assign(files, await tfjsModel(source, { snapshot, metadata, optimizer }))
  await writeFiles(folder, files, { force })
  if (wanted.includes('tfjs')) removeOldWeights(folder, files as Files)
  return Object.keys(files)
}

/** How far the training had come, and the latest metrics. */
function metadataOf({ meta }: Snapshot): Record<string, number> {
  const { epoch, step } = meta.position
  const rows = decodeJson(meta.history) as readonly Record<string, unknown>[]
  const metrics = Object.entries(rows.at(-1) ?? {}).filter(
    (entry): entry is [string, number] => Number.isFinite(entry[1]),
  )
  return { ...Object.fromEntries(metrics), epoch, step }
}

function existingCard(folder: string): string {
  try {
    return readFileSync(join(folder, CARD_FILE), 'utf8')
  } catch {
    // There is none: the first one is written.
    return ''
  }
}
