import type { ForeignNames } from '../floor/read-options.js'

/** PyTorch Lightning's names of Trainer options, as patterns, with the names used here. */
export const lightningNames: ForeignNames = {
  'check_val|val_check': '"validateEvery"',
  sanity_val_steps: '"sanityBatches"',
  'row_log_interval|log_every_n': '"logEvery"',
  'default_(root_dir|save_path)': '"rootDir"',
  '^(callbacks|logger)$': '"plugins"',
  '^resume_from|^ckpt_path': '"resumeFrom", given to fit() or in a config',
  'percent_check|^overfit_|limit_(train|val|test|predict)_batches': '"limitBatches"',
  '^max_time$': '"maxSeconds"',
  '^reload_dataloaders': 'a function for "data.train", called for each epoch',
  '^(accelerator|devices)$':
    'an engine in "plugins", such as wasm(), or "accelerator" in a config',
  'terminate_on_nan|detect_anomaly|print_nan':
    'always on: REG_LOSS_NOT_FINITE names the steps',
  '^early_stop': 'the plugin earlyStopping() of @regimen/plugin-early-stopping',
  '^checkpoint|^enable_checkpoint|weights_save_path':
    'the plugin checkpoint() of @regimen/plugin-checkpoint',
  '^profiler$': 'the plugin profiler() of @regimen/profiler',
  '^gradient_clip|track_grad':
    'the plugin gradientClip() of @regimen/plugin-gradient-clip',
  '^accumulate': 'the plugin accumulate() of @regimen/plugin-accumulate',
  '^fast_dev_run$': 'the plugin fastDevRun() of @regimen/plugin-fast-dev-run',
  'progress_bar|(weights|model)_summary':
    'the plugin progress() of @regimen/plugin-progress',
  '^(seed|deterministic)$': 'the plugin seed() of @regimen/plugin-seed',
  '^gpus$': 'the plugin gpu() of @regimen/backend-node',
  '_nodes$|^num_processes|tpu_cores|^auto_|log_gpu_mem|^distributed_|^strategy$|^precision$|^amp_|^use_amp|truncated_bptt|^benchmark$|_sampler|process_position|log_save|flush_logs|^barebones$|^inference_mode$|^sync_batchnorm$':
    'not there: docs/from-lightning.md says why, or what is planned',
}
