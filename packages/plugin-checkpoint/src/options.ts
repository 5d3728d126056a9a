import {
  checkEvery,
  type ErrorData,
  type Every,
  type MetricName,
  RegimenError,
  suggestion,
} from '@regimen/core'
import { checkTemplate } from './file-name.js'
import type { CheckpointStore } from './store.js'

/** What `checkpoint()` takes. */
export interface CheckpointOptions {
  /** Folder of the runs, relative to `rootDir` unless absolute. Default `checkpoints`. */
  readonly dir?: string
  /** The metric that tells good from bad, such as `val_loss`; also `epoch` or `step`. */
  readonly monitor?: MetricName | 'epoch' | 'step'
  /** Whether less or more is better. Required with `monitor`. */
  readonly mode?: 'min' | 'max'
  /** Numbered files to keep: the best, or the newest without `monitor`. 0 none, -1 all. Default 1. */
  readonly topK?: number
  /** When a numbered file is due. Default: after each validation, else after each epoch. */
  readonly every?: Every
  /** When `last.safetensors` is refreshed. Default true: at every save of the trainer. */
  readonly last?: boolean | Every
  /** Whether an error leaves `exception.safetensors`. Default true. */
  readonly onException?: boolean
  /** Names of numbered files. Default `{epoch}-{step}`. */
  readonly filename?: string
  /** Whether each value in a name is led in by what it is: `epoch=3`. Default true. */
  readonly insertNames?: boolean
  /**
   * Whether `last` and `best` may be an older file where the newest cannot be read. Default true;
   * `false` refuses to resume wherever it is not certain that the file is the one asked for.
   */
  readonly fallback?: boolean
  /** Keeps the files, in place of `dir`. */
  readonly store?: CheckpointStore
  /** Tells two checkpoints of one trainer apart. */
  readonly id?: string
}

/** Checked options with every default filled in. */
export interface CheckpointSettings {
  readonly dir: string
  readonly monitor: string | undefined
  readonly mode: 'min' | 'max' | undefined
  readonly topK: number
  readonly every: Every | undefined
  readonly last: boolean | Every
  readonly onException: boolean
  readonly filename: string
  readonly insertNames: boolean
  readonly fallback: boolean
  readonly store: CheckpointStore | undefined
}

const STORE = ['folders', 'list', 'read', 'write', 'copy', 'remove', 'claim', 'tidy', 'close']
const KEYS =
  'dir monitor mode topK every last onException filename insertNames fallback store id'.split(' ')
/** How options of Lightning's ModelCheckpoint are called here. */
const LIGHTNING: Readonly<Record<string, string>> = {
  auto_insert_metric_name: 'insertNames',
  dirpath: 'dir',
  every_n_epochs: 'every: { epochs: n }',
  every_n_train_steps: 'every: { steps: n }',
  filepath: 'dir and filename',
  period: 'every: { epochs: n }',
  prefix: 'filename',
  save_last: 'last',
  save_on_exception: 'onException',
  save_top_k: 'topK',
  save_weights_only: 'loadWeights() of any checkpoint',
  train_time_interval: 'every: { seconds: n }',
}

/** @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function checkOptions(options: CheckpointOptions): CheckpointSettings {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid(
      `checkpoint was given ${shown(options)}; give an object such as { dir: "runs" }.`,
      { found: options },
    )
  }
  const unknown = Object.keys(options).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) {
    const here = Object.hasOwn(LIGHTNING, unknown) ? LIGHTNING[unknown] : undefined
    const hint = here ? ` In Regimen it is ${here}.` : suggestion(unknown, KEYS)
    const text = `checkpoint has no option "${unknown}".${hint} It takes ${KEYS.join(', ')}.`
    throw new RegimenError('REG_OPTION_UNKNOWN', text, {
      data: { owner: 'checkpoint', option: unknown, options: KEYS },
    })
  }
  const { monitor, mode, topK = 1, every, last = true, store, dir } = options
  checkMonitor(monitor, mode, topK)
  for (const key of ['onException', 'insertNames', 'fallback'] as const) {
    const value: unknown = options[key]
    if (value === undefined || typeof value === 'boolean') continue
    throw invalid(`"${key}" of checkpoint is ${shown(value)}; give true or false.`, {
      option: key,
      found: value,
    })
  }
  if (dir !== undefined && (typeof dir !== 'string' || dir === '')) {
    throw invalid(`"dir" of checkpoint is ${shown(dir)}; give the path of a folder.`, {
      option: 'dir',
      found: dir,
    })
  }
  const { id } = options
  if (id !== undefined && !(typeof id === 'string' && /^[\w-][\w.-]*$/.test(id))) {
    const wanted = 'letters, digits, "_", "-" and ".", as it may name a folder'
    throw invalid(`"id" of checkpoint is ${shown(id)}; give ${wanted}.`, {
      option: 'id',
      found: id,
      expected: wanted,
    })
  }
  const lacking = STORE.filter(
    (name) => typeof (store as unknown as Record<string, unknown> | null)?.[name] !== 'function',
  )
  if (store !== undefined && lacking.length > 0) {
    const advice = 'give memoryStore(), fileStore(folder) or a CheckpointStore of your own'
    throw invalid(`"store" of checkpoint lacks ${lacking.join(', ')}; ${advice}.`, {
      option: 'store',
      found: store,
      lacking,
    })
  }
  if (store !== undefined && dir !== undefined) {
    throw invalid('checkpoint was given both "dir" and "store"; a store knows its own place.', {
      options: ['dir', 'store'],
    })
  }
  return {
    dir: dir ?? 'checkpoints',
    monitor,
    mode,
    topK,
    every:
      every === undefined ? undefined : checkEvery(every, { owner: 'checkpoint', option: 'every' }),
    last:
      typeof last === 'boolean' ? last : checkEvery(last, { owner: 'checkpoint', option: 'last' }),
    onException: options.onException ?? true,
    filename: checkTemplate(options.filename ?? '{epoch}-{step}'),
    insertNames: options.insertNames ?? true,
    fallback: options.fallback ?? true,
    store,
  }
}

function checkMonitor(monitor: unknown, mode: unknown, topK: unknown): void {
  if (monitor !== undefined && (typeof monitor !== 'string' || monitor === '')) {
    throw invalid(`"monitor" of checkpoint is ${shown(monitor)}; give the name of a metric.`, {
      option: 'monitor',
      found: monitor,
    })
  }
  if (mode !== undefined && mode !== 'min' && mode !== 'max') {
    throw invalid(`"mode" of checkpoint is ${shown(mode)}; give "min" or "max".`, {
      option: 'mode',
      found: mode,
      expected: ['min', 'max'],
    })
  }
  if (monitor !== undefined && mode === undefined) {
    const text = `checkpoint monitors ${shown(monitor)}, but whether less or more is better`
    throw invalid(`${text} is not said; give mode: "min" or "max".`, {
      option: 'mode',
      found: mode,
      expected: ['min', 'max'],
    })
  }
  if (monitor === undefined && mode !== undefined) {
    throw invalid('checkpoint was given "mode" without "monitor"; give the name of a metric too.', {
      option: 'monitor',
      found: monitor,
    })
  }
  if (!Number.isSafeInteger(topK) || (topK as number) < -1) {
    throw invalid(`"topK" of checkpoint is ${shown(topK)}; give a whole number, 0 none, -1 all.`, {
      option: 'topK',
      found: topK,
    })
  }
  if (monitor === undefined && (topK as number) > 1) {
    const text = `checkpoint is to keep the best ${topK}, but has no "monitor" to tell them by`
    throw invalid(`${text}; give one, or topK: 1 for the newest, -1 for all.`, {
      option: 'monitor',
      found: monitor,
    })
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value))
}

function invalid(text: string, data: ErrorData): RegimenError {
  return new RegimenError('REG_OPTION_INVALID', text, { data: { owner: 'checkpoint', ...data } })
}
