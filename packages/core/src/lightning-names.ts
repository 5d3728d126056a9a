import { suggestion } from './nearest.js'

/** What is what here, and which options of PyTorch Lightning mean it, as an expression. */
const NAMES: Readonly<Record<string, string>> = {
  '"validateEvery"': 'check_val|val_check',
  '"sanityBatches"': 'sanity_val_steps',
  '"logEvery"': 'row_log_interval|log_every_n',
  '"rootDir"': 'default_(root_dir|save_path)',
  '"plugins"': '^(callbacks|logger)$',
  '"resumeFrom", given to fit() or in a config': '^resume_from|^ckpt_path',
  '"limitBatches"': 'percent_check|^overfit_|limit_(train|val|test|predict)_batches',
  '"maxSeconds"': '^max_time$',
  'a function for "data.train", called for each epoch': '^reload_dataloaders',
  'an engine in "plugins", such as wasm(), or "accelerator" in a config': '^(accelerator|devices)$',
  'always on: REG_LOSS_NOT_FINITE names the steps': 'terminate_on_nan|detect_anomaly|print_nan',
  'the plugin earlyStopping() of @regimen/plugin-early-stopping': '^early_stop',
  'the plugin checkpoint() of @regimen/plugin-checkpoint':
    '^checkpoint|^enable_checkpoint|weights_save_path',
  'the plugin profiler() of @regimen/profiler': '^profiler$',
  'the plugin gradientClip() of @regimen/plugin-gradient-clip': '^gradient_clip|track_grad',
  'the plugin accumulate() of @regimen/plugin-accumulate': '^accumulate',
  'the plugin fastDevRun() of @regimen/plugin-fast-dev-run': '^fast_dev_run$',
  'the plugin progress() of @regimen/plugin-progress': 'progress_bar|(weights|model)_summary',
  'the plugin seed() of @regimen/plugin-seed': '^(seed|deterministic)$',
  'the plugin gpu() of @regimen/backend-node': '^gpus$',
  'not there: docs/from-lightning.md says why, or what is planned':
    '_nodes$|^num_processes|tpu_cores|^auto_|log_gpu_mem|^distributed_|^strategy$|^precision$|^amp_' +
    '|^use_amp|truncated_bptt|^benchmark$|_sampler|process_position|log_save|flush_logs|^barebones$' +
    '|^inference_mode$|^sync_batchnorm$',
}

/** ` In Regimen it is …` for an option of Lightning, else the nearest that is known, or nothing. */
export function optionHint(given: string, known: Iterable<string>): string {
  const fold = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, '')
  const meant = ([, names]: [string, string]) => new RegExp(fold(names)).test(fold(given))
  const [here] = Object.entries(NAMES).find(meant) ?? []
  return here === undefined ? suggestion(given, known) : ` In Regimen it is ${here}.`
}
