import {
  custom,
  group,
  invalidOption,
  type MetricName,
  type OptionFields,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  text,
} from '@regimen/core'
import { type CsvLoggerOptions, options as csvOptions } from '@regimen/logger-csv'
import {
  type CheckpointOptions,
  options as checkpointOptions,
} from '@regimen/plugin-checkpoint'
import {
  type EarlyStoppingOptions,
  options as stoppingOptions,
} from '@regimen/plugin-early-stopping'
import {
  type ProgressOptions,
  options as progressOptions,
} from '@regimen/plugin-progress'

/** What {@link presetDefault} takes: `false` leaves a part out, an object is its options. */
export interface PresetDefaultOptions {
  /** The metric by which a run is judged: it ranks checkpoints, and early stopping watches it. */
  readonly monitor?: MetricName
  /** Whether less or more of it is better. Default: by its name, where that says so. */
  readonly mode?: 'min' | 'max'
  /** Bars on a terminal, lines elsewhere. Default true. */
  readonly progress?: boolean | ProgressOptions
  /** `last`, and `best` with a monitor, in `runs/checkpoints`. Default true. */
  readonly checkpoint?: boolean | CheckpointOptions
  /** `metrics.csv`, `metrics.jsonl` and `hparams.yaml` in `runs/csv`. Default true. */
  readonly csvLogger?: boolean | CsvLoggerOptions
  /** Ends a run that no longer improves. Default false. */
  readonly earlyStopping?: boolean | Partial<EarlyStoppingOptions>
}

/** What the parts may be called instead. */
const otherNames = {
  '^bars?$|^enable_progress_bar$': 'progress',
  '^csv$|^loggers?$': 'csvLogger',
  '^checkpoints$|^enable_checkpointing$': 'checkpoint',
  '^patience$': 'earlyStopping: { patience }',
}

/** The options of {@link PresetDefaultOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema(
  'presetDefault',
  {
    monitor: text<MetricName>()
      .otherwise('none')
      .expecting('the name of a metric such as "val_loss"')
      .describe('the metric that ranks checkpoints and that early stopping watches'),
    mode: oneOf('min', 'max')
      .otherwise('by the name')
      .describe(
        'whether less or more of it is better; `val_loss`, `accuracy` and kin say so',
      ),
    progress: part<ProgressOptions>('ProgressOptions', progressOptions.fields)
      .default(true)
      .describe('bars on a terminal, lines elsewhere'),
    checkpoint: part<CheckpointOptions>('CheckpointOptions', checkpointOptions.fields)
      .default(true)
      .describe('`last` and, with a monitor, `best`, in `runs/checkpoints`'),
    csvLogger: part<CsvLoggerOptions>('CsvLoggerOptions', csvOptions.fields)
      .default(true)
      .describe('`metrics.csv`, `metrics.jsonl`, `hparams.yaml` in `runs/csv`'),
    earlyStopping: part<Partial<EarlyStoppingOptions>>('EarlyStoppingOptions', {
      ...stoppingOptions.fields,
      monitor: text(),
      mode: oneOf('min', 'max'),
    })
      .default(false)
      .describe('ends a run that no longer improves'),
  } satisfies OptionFieldsOf<PresetDefaultOptions>,
  otherNames,
)

/** Checks the options and fills in defaults; those of the parts are checked by the parts. */
export function resolveOptions(input: PresetDefaultOptions) {
  const resolved = options.check(input)
  const { monitor, mode } = resolved
  if (monitor === undefined && mode !== undefined) {
    const expected = `the name of a metric, since "mode" is "${mode}"`
    return invalidOption('presetDefault', 'monitor', monitor, expected)
  }
  return resolved
}

/** A part that is on, off, or has options, which its factory checks. */
function part<Options extends object>(type: string, fields: OptionFields) {
  const { json = {} } = group(fields).spec
  return custom<boolean | Options>({
    wanted: 'true, false or an object of options',
    type: `boolean | ${type}`,
    json: { anyOf: [{ type: 'boolean' }, json] },
    isRight: (value) =>
      typeof value === 'boolean' ||
      Object.prototype.toString.call(value) === '[object Object]',
  })
}
