import type { FlagName } from './flags.js'

/** What may be typed after `regimen`. */
export type CommandName =
  | 'completion'
  | 'doctor'
  | 'explain'
  | 'export'
  | 'fit'
  | 'help'
  | 'predict'
  | 'runs'
  | 'schema'
  | 'sweep'
  | 'sync'
  | 'test'
  | 'types'
  | 'validate'
  | 'view'

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
    flags: ['max-epochs', 'resume', 'test', 'checkpoint', 'trial', ...COMMON],
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
  sweep: {
    summary: 'searches hyperparameters as sweep.config.ts says; called again, continues',
    argument: 'file',
    flags: [
      'jobs',
      'max-epochs',
      'accelerator',
      'gpus',
      'config',
      'set',
      'debug',
      'help',
    ],
    examples: ['regimen sweep', 'regimen sweep sweeps/rates.yaml --jobs 4'],
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
  completion: {
    summary:
      'prints the script by which a shell completes commands, flags, plugins and runs',
    argument: 'bash|zsh|fish',
    more: 'word …',
    flags: ['debug', 'help'],
    examples: ['eval "$(regimen completion bash)"', 'regimen completion fish'],
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
