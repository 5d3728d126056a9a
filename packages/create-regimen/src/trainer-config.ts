import { dataNamed, type ProjectChoices, pluginChoices } from './choices.js'

/** The `trainer.config.ts` of a project. */
export function trainerConfig({ data, plugins }: ProjectChoices): string {
  const chosen = pluginChoices.filter(({ name }) => plugins.includes(name))
  const imports = [
    ['@regimen/core/config', 'defineConfig'],
    ['@regimen/preset-default', 'presetDefault'],
    ...chosen.flatMap(({ package: from, imports: names }) =>
      names ? [[from, names]] : [],
    ),
  ].toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
  const preset = plugins.includes('early-stopping')
    ? "presetDefault({ monitor: 'val_loss', earlyStopping: { patience: 5 } })"
    : "presetDefault({ monitor: 'val_loss' })"
  const entries = [
    ...chosen.flatMap(({ entry, isFirst }) => (entry && isFirst ? [entry] : [])),
    preset,
    ...chosen.flatMap(({ entry, isFirst }) => (entry && !isFirst ? [entry] : [])),
  ]
  const oneLine = `  plugins: [${entries.join(', ')}],`
  const lines = entries.map((entry) => `    ${entry},`)
  return [
    ...imports.map(([from, names]) => `import { ${names} } from '${from}'`),
    "import { loaders } from './src/data.js'",
    "import { module } from './src/model.js'",
    '',
    'export default defineConfig({',
    "  accelerator: 'wasm',",
    ...(plugins.includes('compile') ? ['  compile: true,'] : []),
    `  maxEpochs: ${dataNamed(data).maxEpochs},`,
    ...(oneLine.length <= 100 ? [oneLine] : ['  plugins: [', ...lines, '  ],']),
    '  module: () => module(),',
    '  data: () => loaders(),',
    '})',
    '',
  ].join('\n')
}
