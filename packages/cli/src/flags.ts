/** A flag: whether it wants a value (named by `value`), may have one, or has none. */
export interface Flag {
  readonly summary: string
  readonly value?: string
  readonly isValueOptional?: boolean
  readonly isRepeatable?: boolean
}

/** Every flag of every command. */
export const flags = {
  config: {
    value: 'file',
    summary: 'the config file; default: the nearest trainer.config.*',
  },
  set: {
    value: 'key=value',
    isRepeatable: true,
    summary: 'sets a key of the config: --set limitBatches.train=3; null takes it out',
  },
  'max-epochs': { value: 'n', summary: 'the same as --set maxEpochs=n' },
  'fast-dev-run': {
    value: 'n',
    isValueOptional: true,
    summary: 'tries everything with n batches (default 1) and writes nothing',
  },
  resume: {
    value: 'last|best|auto|path',
    summary: 'resumes from a checkpoint; auto: from the last, anew where there is none',
  },
  checkpoint: { value: 'last|best|path', summary: 'uses the weights of a checkpoint' },
  accelerator: { value: 'name', summary: 'the engine: auto, cpu, gpu, node or wasm' },
  gpus: { value: 'n|0,2|-1', summary: 'how many or which GPUs; -1 for all' },
  trial: {
    value: 'file',
    summary: 'a trial of a sweep: its trial.json; regimen sweep starts it so',
  },
  jobs: {
    value: 'n',
    summary: 'sweep: how many trials run at the same time; default: 1',
  },
  test: { summary: 'tests on data.test after the fit, with --checkpoint if given' },
  engine: { value: 'name', summary: 'tries this engine alone' },
  out: {
    value: 'path',
    summary: 'predict: the file; export: the folder; default: exported',
  },
  format: { value: 'name', summary: 'export: tfjs, onnx, card or all, the default' },
  force: { summary: 'export: replaces files that are there' },
  optimizer: {
    summary: 'export: model.json has the state of the optimizer, to train on',
  },
  dir: { value: 'folder', summary: 'the folder of the runs; default: runs' },
  json: { summary: 'prints JSON, and nothing else, on stdout' },
  keep: { value: 'n', summary: 'prune: spares the newest n runs of each experiment' },
  'older-than': {
    value: 'age',
    summary: 'prune: only runs that began longer ago, such as 30d, 12h, 90m',
  },
  failed: { summary: 'prune: only runs that failed or were killed' },
  checkpoints: {
    value: 'all',
    isValueOptional: true,
    summary: 'prune: checkpoints of those runs too, but the best and the last; or all',
  },
  yes: { summary: 'prune: removes, instead of only saying what would be removed' },
  port: { value: 'n', summary: 'the port of the page; default: any that is free' },
  open: { summary: 'opens the page in the browser' },
  debug: { summary: 'prints the stack of an error' },
  help: { summary: 'prints this' },
  version: { summary: 'prints the version' },
} as const satisfies Readonly<Record<string, Flag>>

/** The name of a flag, without the dashes. */
export type FlagName = keyof typeof flags
