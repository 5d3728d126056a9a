/** What may be typed after `regimen`. */
export type CommandName =
  | 'doctor'
  | 'explain'
  | 'export'
  | 'fit'
  | 'help'
  | 'predict'
  | 'runs'
  | 'schema'
  | 'sync'
  | 'test'
  | 'types'
  | 'validate'
  | 'view'

/** A flag: whether it wants a value (named by `value`), may have one, or has none. */
export interface Flag {
  readonly summary: string
  readonly value?: string
  readonly isValueOptional?: boolean
  readonly isRepeatable?: boolean
}

/** A command with the flags that it takes. */
export interface Command {
  readonly summary: string
  /** Name of the word that may follow it. */
  readonly argument?: string
  /** Name of the words that may follow that word. */
  readonly more?: string
  readonly flags: readonly FlagName[]
  readonly examples: readonly string[]
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
  resume: { value: 'last|best|path', summary: 'resumes from a checkpoint' },
  checkpoint: { value: 'last|best|path', summary: 'uses the weights of a checkpoint' },
  accelerator: { value: 'name', summary: 'the engine: auto, cpu, gpu, node or wasm' },
  gpus: { value: 'n|0,2|-1', summary: 'how many or which GPUs; -1 for all' },
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

const COMMON = [
  'accelerator',
  'gpus',
  'config',
  'set',
  'fast-dev-run',
  'debug',
  'help',
] as const

/** Every command. */
export const commands: Readonly<Record<CommandName, Command>> = {
  fit: {
    summary: 'trains',
    flags: ['max-epochs', 'resume', 'test', 'checkpoint', ...COMMON],
    examples: [
      'regimen fit',
      'regimen fit --max-epochs 3 --set limitBatches.train=0.1',
      'regimen fit --resume last --test --checkpoint best',
    ],
  },
  validate: {
    summary: 'validates on data.validation and prints val_<name>=<value>',
    flags: ['checkpoint', ...COMMON],
    examples: ['regimen validate --checkpoint best'],
  },
  test: {
    summary: 'tests on data.test and prints test_<name>=<value>',
    flags: ['checkpoint', ...COMMON],
    examples: ['regimen test --checkpoint best'],
  },
  predict: {
    summary: 'predicts on data.predict; one line of JSON per batch',
    flags: ['checkpoint', 'out', ...COMMON],
    examples: ['regimen predict --checkpoint best --out predictions.jsonl'],
  },
  explain: {
    summary: 'prints the loop with every plugin at its place, and trains nothing',
    flags: ['max-epochs', ...COMMON],
    examples: ['regimen explain', 'regimen explain --fast-dev-run'],
  },
  export: {
    summary:
      'writes the weights of a checkpoint as model.json, as ONNX, and a model card',
    argument: 'best|last|checkpoint|run',
    flags: [
      'format',
      'out',
      'force',
      'optimizer',
      'accelerator',
      'gpus',
      'config',
      'set',
      'debug',
      'help',
    ],
    examples: [
      'regimen export best',
      'regimen export runs/checkpoints/version_0 --format onnx --out public/model',
    ],
  },
  sync: {
    summary: 'delivers what loggers could not: after an outage, a kill, or a limit',
    argument: 'folder',
    flags: ['debug', 'help'],
    examples: ['regimen sync', 'regimen sync runs/mnist'],
  },
  runs: {
    summary:
      'lists runs (ls), shows one (show), compares several (compare), removes old ones (prune)',
    argument: 'ls|show|compare|prune',
    more: 'run …',
    flags: [
      'dir',
      'json',
      'keep',
      'older-than',
      'failed',
      'checkpoints',
      'yes',
      'debug',
      'help',
    ],
    examples: [
      'regimen runs ls',
      'regimen runs show csv/version_3 --json',
      'regimen runs compare csv/version_2 csv/version_3',
      'regimen runs prune --failed --older-than 30d --yes',
      'regimen runs prune --keep 5 --checkpoints',
    ],
  },
  view: {
    summary: 'serves a page on this machine that shows runs, live while they train',
    argument: 'folder',
    flags: ['port', 'open', 'debug', 'help'],
    examples: ['regimen view', 'regimen view runs/mnist --port 6006 --open'],
  },
  types: {
    summary:
      'writes regimen-env.d.ts beside the config: types of the plugins that it may name',
    flags: ['config', 'debug', 'help'],
    examples: ['regimen types', 'regimen types --config experiments/trainer.config.ts'],
  },
  schema: {
    summary:
      'prints the JSON schema of a config in JSON or YAML, with the installed plugins',
    flags: ['config', 'debug', 'help'],
    examples: ['regimen schema > trainer.schema.json'],
  },
  help: {
    summary: 'prints the options of an installed plugin',
    argument: 'plugin',
    flags: ['config', 'debug', 'help'],
    examples: ['regimen help early-stopping'],
  },
  doctor: {
    summary: 'checks Node, the copies of tfjs, the engines and the gradients',
    flags: ['engine', 'config', 'debug', 'help'],
    examples: ['regimen doctor', 'regimen doctor --engine node'],
  },
}
