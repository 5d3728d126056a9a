import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const page = readFileSync(
  fileURLToPath(new URL('../docs/from-lightning.md', import.meta.url)),
  'utf8',
)

/** Everything that Lightning 0.7.6 had of a kind, by the heading of its table. */
const NAMES: Readonly<Record<string, string>> = {
  'Trainer flags': `logger checkpoint_callback early_stop_callback callbacks default_root_dir
    gradient_clip_val process_position num_nodes num_processes gpus auto_select_gpus num_tpu_cores
    log_gpu_memory progress_bar_refresh_rate overfit_pct track_grad_norm check_val_every_n_epoch
    fast_dev_run accumulate_grad_batches max_epochs min_epochs max_steps min_steps
    train_percent_check val_percent_check test_percent_check val_check_interval log_save_interval
    row_log_interval add_row_log_interval distributed_backend precision print_nan_grads
    weights_summary weights_save_path num_sanity_val_steps truncated_bptt_steps
    resume_from_checkpoint profiler benchmark deterministic reload_dataloaders_every_epoch
    auto_lr_find replace_sampler_ddp progress_bar_callback terminate_on_nan auto_scale_batch_size
    amp_level default_save_path gradient_clip nb_gpu_nodes max_nb_epochs min_nb_epochs
    nb_sanity_val_steps use_amp show_progress_bar kwargs`,
  'Methods and attributes of the Trainer': `fit test lr_find scale_batch_size add_argparse_args
    from_argparse_args init_optimizers save_checkpoint current_epoch global_step callback_metrics
    interrupted optimizers lr_schedulers logger progress_bar_dict`,
  Callbacks: `Callback EarlyStopping ModelCheckpoint GradientAccumulationScheduler
    LearningRateLogger ProgressBarBase ProgressBar`,
  Loggers: `LightningLoggerBase LoggerCollection TensorBoardLogger CometLogger MLFlowLogger
    NeptuneLogger TestTubeLogger WandbLogger TrainsLogger`,
  Profilers: 'BaseProfiler SimpleProfiler AdvancedProfiler PassThroughProfiler',
}

/** The rows of the table under a heading: the names in the first cell and the text of the second. */
function rows(heading: string): (readonly [name: string, here: string])[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  return section.split('\n').flatMap((line) => {
    const [, names = '', here = ''] = /^\| (`.*?) +\| (.*?) +\|$/.exec(line) ?? []
    return [...names.matchAll(/`(\w+)`/g)].map(([, name]) => [name as string, here] as const)
  })
}

describe.each(Object.keys(NAMES))('docs/from-lightning.md, %s', (heading) => {
  it('has every name of Lightning 0.7.6 once and no other', () => {
    const names = (NAMES[heading] as string).split(/\s+/)
    expect(rows(heading).map(([name]) => name)).toEqual(expect.arrayContaining(names))
    expect(rows(heading)).toHaveLength(names.length)
  })

  it('says something about each, and a reason where nothing does it here', () => {
    for (const [name, here] of rows(heading)) {
      expect(here, name).not.toBe('')
      if (here.startsWith('Not here')) expect(here, name).toMatch(/^Not here: .{10}/)
    }
  })
})

it('shows the four that were keywords of the Trainer, then and now', () => {
  const [, section = ''] = page.split(/^## Four keywords.*$/m)
  const [table = ''] = section.split(/^## /m)
  for (const keyword of ['early_stop_callback', 'checkpoint_callback', 'profiler', 'logger']) {
    expect(table).toMatch(new RegExp(`^\\| \`Trainer\\(${keyword}=.*\\| .*plugins: \\[`, 'm'))
  }
})

it('names no package of the workspace that is not there', async () => {
  const { existsSync } = await import('node:fs')
  const named = [...page.matchAll(/^.*$/gm)].flatMap(([line]) =>
    /[Pp]lanned/.test(line)
      ? []
      : [...line.matchAll(/@regimen\/([a-z-]+)/g)].map(([, name]) => name),
  )
  const missing = named.filter(
    (name) => !existsSync(new URL(`../packages/${name}/package.json`, import.meta.url)),
  )
  expect(named.length).toBeGreaterThan(10)
  expect(missing).toEqual([])
})
