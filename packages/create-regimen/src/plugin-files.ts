import type { PackageManager } from './choices.js'
import type { PluginNames } from './names.js'
import { filesFor } from './package-manager.js'
import { renamePlugin } from './rename-plugin.js'
import type { Files, Templates } from './templates.js'

interface Manifest {
  readonly description: string
  readonly keywords: readonly string[]
  readonly license: string
  readonly engines: object
  readonly peerDependencies: Readonly<Record<string, string>>
}

const DEV_DEPENDENCIES = [
  '@arethetypeswrong/cli',
  '@regimen/core',
  '@regimen/testing',
  '@tensorflow/tfjs-core',
  'publint',
  'typescript',
  'vitest',
]

/** All files of a plugin's package: `packages/plugin-hello` under another name, with a build of its own. */
export function pluginFiles(
  names: PluginNames,
  packageManager: PackageManager,
  templates: Templates,
): Files {
  const {
    gitignore = '',
    'manifest.json': source = '',
    ...files
  } = templates.files('plugin')
  const renamed = Object.entries(files).map(([path, text]) => [
    path.replace(/\bhello(?=\.)/, names.kebab),
    renamePlugin(text, names),
  ])
  return {
    ...Object.fromEntries(renamed),
    ...filesFor(packageManager),
    '.gitignore': gitignore,
    'package.json': `${JSON.stringify(manifest(JSON.parse(source), names, templates), null, 2)}\n`,
  }
}

function manifest(source: Manifest, names: PluginNames, templates: Templates): object {
  const { description, keywords, license, engines, peerDependencies } = source
  const ranges = (list: readonly string[]) =>
    Object.fromEntries(list.toSorted().map((name) => [name, templates.range(name)]))
  return {
    name: names.package,
    version: '0.1.0',
    description,
    keywords,
    license,
    type: 'module',
    sideEffects: false,
    engines,
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    files: ['dist'],
    scripts: {
      build: 'tsc -p tsconfig.build.json',
      test: 'vitest run',
      types: 'tsc --noEmit',
      check:
        'npm run build && publint --strict --pack npm && attw --pack . --profile esm-only',
      prepack: 'npm run build',
    },
    peerDependencies: ranges(Object.keys(peerDependencies)),
    devDependencies: ranges(DEV_DEPENDENCIES),
  }
}
