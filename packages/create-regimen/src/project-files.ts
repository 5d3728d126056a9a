import { dataNamed, modelChoices, type ProjectChoices, pluginChoices } from './choices.js'
import { type Commands, commandsOf, filesFor } from './package-manager.js'
import type { Files, Templates } from './templates.js'
import { trainerConfig } from './trainer-config.js'

const DEPENDENCIES = [
  '@regimen/backend-wasm',
  '@regimen/cli',
  '@regimen/core',
  '@regimen/data',
  '@regimen/optimizers',
  '@regimen/plugin-fast-dev-run',
  '@regimen/preset-default',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
]
const DEV_DEPENDENCIES = ['@types/node', 'typescript', 'vitest']

/** All files of a project. */
export function projectFiles(choices: ProjectChoices, templates: Templates): Files {
  const { data, model, packageManager } = choices
  const { gitignore = '', ...project } = templates.files('project')
  return {
    ...project,
    ...templates.files(`data/${data}`),
    ...filesFor(packageManager),
    '.gitignore': gitignore,
    'src/model.ts': templates.files('model')[`${data}-${model}.ts`] ?? '',
    'trainer.config.ts': trainerConfig(choices),
    'README.md': readme(choices, commandsOf[packageManager]),
    'package.json': `${JSON.stringify(manifest(choices, templates), null, 2)}\n`,
  }
}

function manifest({ name, data, plugins }: ProjectChoices, templates: Templates): object {
  const chosen = pluginChoices.filter((plugin) => plugins.includes(plugin.name))
  const ranges = (names: readonly string[]) =>
    Object.fromEntries(names.toSorted().map((one) => [one, templates.range(one)]))
  return {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.19.0' },
    scripts: {
      start: 'regimen fit',
      evaluate: 'regimen test --checkpoint best',
      test: 'vitest run',
      types: 'tsc --noEmit',
    },
    dependencies: ranges([
      ...DEPENDENCIES,
      ...dataNamed(data).packages,
      ...chosen.flatMap((plugin) => plugin.package ?? []),
    ]),
    devDependencies: ranges(DEV_DEPENDENCIES),
  }
}

function readme({ name, data, model }: ProjectChoices, commands: Commands): string {
  const { about } = dataNamed(data)
  const label = modelChoices.find((choice) => choice.name === model)?.label
  return `# ${name}

Trains ${label} with [Regimen](https://www.npmjs.com/package/@regimen/core) and TensorFlow.js.

\`\`\`sh
${commands.install}
${commands.start}   # trains; checkpoints and metrics are in runs/
${commands.test}    # tests the model
\`\`\`

| file | |
| --- | --- |
| \`trainer.config.ts\` | how long to train, with which plugins |
| \`src/data.ts\` | ${about} |
| \`src/model.ts\` | the model, its loss and its optimizer |
| \`test/model.test.ts\` | checks that the model is sound and learns |

| what to do next | |
| --- | --- |
| \`${commands.regimen} fit --resume last --max-epochs 50\` | trains on, from where the last run stood |
| \`${commands.regimen} test --checkpoint best\` | tests the best checkpoint on data that no training saw |
| \`${commands.regimen} fit --fast-dev-run\` | tries everything with one batch, and writes nothing |
| \`${commands.regimen} explain\` | prints the loop with each plugin at its place |
| \`${commands.regimen} --help\` | lists the rest |
`
}
