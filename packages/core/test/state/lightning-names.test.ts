import { describe, expect, it } from 'vitest'
import { checkConfig, configKeys } from '../../src/config/index.js'
import { optionKeys, Trainer } from '../../src/index.js'
import { optionHint } from '../../src/state/options.js'

const plugin = (factory: string, name: string) =>
  `In Regimen it is the plugin ${factory}() of @regimen/${name}.`
const STOPPING = plugin('earlyStopping', 'plugin-early-stopping')
const PROGRESS = plugin('progress', 'plugin-progress')

/** Lightning's name, and what the error says. */
const HINTS = [
  ['max_epochs', 'Did you mean "maxEpochs"?'],
  ['max_nb_epochs', 'Did you mean "maxEpochs"?'],
  ['min_epochs', 'Did you mean "minEpochs"?'],
  ['max_steps', 'Did you mean "maxSteps"?'],
  ['early_stop_callback', STOPPING],
  ['earlyStopCallback', STOPPING],
  ['checkpoint_callback', plugin('checkpoint', 'plugin-checkpoint')],
  ['weights_save_path', plugin('checkpoint', 'plugin-checkpoint')],
  ['profiler', plugin('profiler', 'profiler')],
  ['logger', 'In Regimen it is "plugins".'],
  ['callbacks', 'In Regimen it is "plugins".'],
  ['default_root_dir', 'In Regimen it is "rootDir".'],
  ['gradient_clip_val', plugin('gradientClip', 'plugin-gradient-clip')],
  ['track_grad_norm', plugin('gradientClip', 'plugin-gradient-clip')],
  ['accumulate_grad_batches', plugin('accumulate', 'plugin-accumulate')],
  ['fast_dev_run', plugin('fastDevRun', 'plugin-fast-dev-run')],
  ['progress_bar_refresh_rate', PROGRESS],
  ['show_progress_bar', PROGRESS],
  ['weights_summary', PROGRESS],
  ['check_val_every_n_epoch', 'In Regimen it is "validateEvery".'],
  ['val_check_interval', 'In Regimen it is "validateEvery".'],
  ['num_sanity_val_steps', 'In Regimen it is "sanityBatches".'],
  ['row_log_interval', 'In Regimen it is "logEvery".'],
  ['log_every_n_steps', 'In Regimen it is "logEvery".'],
  ['train_percent_check', 'In Regimen it is "limitBatches".'],
  ['overfit_pct', 'In Regimen it is "limitBatches".'],
  ['limit_val_batches', 'In Regimen it is "limitBatches".'],
  ['resume_from_checkpoint', 'In Regimen it is "resumeFrom", given to fit() or in a config.'],
  ['deterministic', plugin('seed', 'plugin-seed')],
  ['max_time', 'In Regimen it is "maxSeconds".'],
  ['limit_predict_batches', 'In Regimen it is "limitBatches".'],
  ['enable_checkpointing', plugin('checkpoint', 'plugin-checkpoint')],
  ['enable_model_summary', PROGRESS],
  [
    'reload_dataloaders_every_epoch',
    'In Regimen it is a function for "data.train", called for each',
  ],
  ['terminate_on_nan', 'In Regimen it is always on: REG_LOSS_NOT_FINITE'],
  ...`process_position num_nodes num_processes auto_select_gpus num_tpu_cores log_gpu_memory
    log_save_interval distributed_backend precision truncated_bptt_steps benchmark auto_lr_find
    replace_sampler_ddp auto_scale_batch_size amp_level nb_gpu_nodes use_amp strategy`
    .split(/\s+/)
    .map((name) => [name, 'In Regimen it is not there: docs/from-lightning.md says why'] as const),
] as const

describe("a Lightning name typed by habit is refused with Regimen's", () => {
  it.each(HINTS)('as an option: %s', (name, text) => {
    const make = () => new Trainer({ [name]: 1 })
    expect(make).toThrow(expect.objectContaining({ code: 'REG_OPTION_UNKNOWN' }))
    expect(make).toThrow(text)
  })

  it.each(HINTS)('as a key of a config: %s', (name, text) => {
    const config = { module: {}, data: {}, [name]: 1 }
    expect(() => checkConfig(config, 'trainer.config.ts')).toThrow(text)
  })
})

it('the engine of a Trainer is a plugin', () => {
  expect(() => new Trainer({ gpus: 1 } as never)).toThrow(plugin('gpu', 'backend-node'))
  const engine = 'In Regimen it is an engine in "plugins", such as wasm(), or "accelerator"'
  expect(() => new Trainer({ accelerator: 'gpu' } as never)).toThrow(engine)
})

it('names of Regimen and other words are not taken for names of Lightning', () => {
  const known = [...optionKeys, ...configKeys]
  for (const key of known.filter((key) => !['accelerator', 'gpus', 'resumeFrom'].includes(key))) {
    expect(optionHint(key, [])).toBe('')
  }
  expect(optionHint('somethingElse', known)).toBe('')
  expect(optionHint('maxEpoch', known)).toBe(' Did you mean "maxEpochs"?')
})
