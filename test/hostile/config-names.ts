import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadConfig, resolveAccelerator, resolvePlugins } from '@regimen/core/config'
import type { Attack, Scene } from './scene.js'

const PARTS = { module: './model.mjs', data: './data.mjs' }
const HARMLESS = 'export default {}\n'

/** Everything that the config leads to, as the command line does it. */
async function useConfig({ root }: Scene): Promise<void> {
  const { config, path } = await loadConfig({ from: root })
  const from = { from: path }
  await resolveAccelerator(config.accelerator, config.gpus, from)
  await resolvePlugins(config.plugins ?? [], from)
  for (const made of [config.module, config.data]) if (typeof made === 'function') await made()
}

/** Code at every place that a name might lead to. */
function spread({ root, outside, evil, write }: Scene): void {
  const places = [
    'evil',
    'node_modules/evil',
    'node_modules/@regimen/evil',
    'node_modules/plugin-x',
  ]
  const there = ['node_modules/@regimen/plugin-x', 'node_modules/regimen-plugin-x', ...places]
  for (const place of there) write({ [`${place}/index.mjs`]: evil, [`${place}/index.js`]: evil })
  write({ 'model.mjs': HARMLESS, 'data.mjs': HARMLESS, 'evil.mjs': evil, '.git/HEAD': '' })
  write({ [join('..', 'outside', 'evil.mjs')]: evil })
  if (!outside.startsWith(join(root, '..'))) throw new Error('outside is beside the project')
}

const json = (name: string, refusal: RegExp, config: (scene: Scene) => object): Attack => ({
  name,
  refusal,
  arrange: (scene) => {
    spread(scene)
    scene.write({ 'trainer.config.json': JSON.stringify({ ...PARTS, ...config(scene) }) })
  },
  act: useConfig,
})

const text = (name: string, refusal: RegExp, files: Record<string, string>): Attack => ({
  name,
  refusal,
  arrange: (scene) => {
    spread(scene)
    scene.write(files)
  },
  act: useConfig,
})

const NAME = /REG_CONFIG_INVALID.*"plugins\[0\].*expected the name of a plugin/
const plugin = (name: string, value: (scene: Scene) => unknown) =>
  json(`a plugin name that is ${name}`, NAME, (scene) => ({ plugins: [value(scene)] }))

const dataCode = ({ evil }: Scene) => `data:text/javascript,${encodeURIComponent(evil)}`
const yamlParts = 'module: ./model.mjs\ndata: ./data.mjs\n'

/** Names in configs of JSON and YAML that lead elsewhere than to a package or a file of the project. */
export const configAttacks: readonly Attack[] = [
  plugin('a way up from a package', () => 'x/../../evil/index.mjs'),
  plugin('a way up, with options', () => ['x/../../evil/index.mjs', {}]),
  plugin('a way up, in a list of lists', () => [['x/../../evil/index.mjs']]),
  plugin('a file in a package', () => 'x/index.mjs'),
  plugin('a path', () => './evil.mjs'),
  plugin('an absolute path', ({ root }) => join(root, 'evil.mjs')),
  plugin('a file URL', ({ root }) => pathToFileURL(join(root, 'evil.mjs')).href),
  plugin('a data URL', dataCode),
  plugin('a module of Node.js', () => 'node:child_process'),
  plugin('a way up in backslashes', () => 'x\\..\\..\\evil\\index.mjs'),
  plugin('a way up in percents', () => 'x%2f..%2f..%2fevil%2findex.mjs'),
  plugin('on a drive', () => 'C:evil.mjs'),
  plugin('empty', () => ''),
  plugin('a key of prototypes', () => '__proto__'),
  plugin('in a scope', () => '@evil/x'),
  text('a way up from a package, in YAML', NAME, {
    'trainer.config.yaml': `${yamlParts}plugins: ['x/../../evil/index.mjs']\n`,
  }),
  text('a way up from a package, in package.json', NAME, {
    'package.json': JSON.stringify({ regimen: { ...PARTS, plugins: ['x/../../evil/index.mjs'] } }),
  }),
  text('another config that YAML imports', /REG_CONFIG_INVALID.*"\$import" is not allowed/, {
    'trainer.config.yaml': `${yamlParts}$import: ./evil.mjs\n`,
  }),
  json('another config that JSON imports', /"\$import" is not allowed/, () => ({
    $import: ['../outside/evil.mjs'],
  })),
  text('another config that package.json imports', /"\$import" is not allowed/, {
    'package.json': JSON.stringify({ regimen: { ...PARTS, $import: './evil.mjs' } }),
  }),
  text('code in a tag of YAML', /REG_CONFIG_UNREADABLE.*unknown tag/, {
    'trainer.config.yaml': `${yamlParts}maxEpochs: !!js/function 'function () { return 1 }'\n`,
  }),
  text('a key that changes prototypes, in JSON', /"plugins\.0\.1\.__proto__" is not allowed/, {
    'trainer.config.json': `{ "module": "./model.mjs", "data": "./data.mjs",
      "plugins": [["x", { "__proto__": { "polluted": true } }]] }`,
  }),
  text('a key that changes prototypes, in YAML', /"__proto__" is not allowed/, {
    'trainer.config.yaml': `${yamlParts}__proto__: { polluted: true }\n`,
  }),
  json('a module that is a data URL', /"module".*which is a URL/, (scene) => ({
    module: dataCode(scene),
  })),
  json('data that are a file URL', /"data".*which is a URL/, ({ root }) => ({
    data: pathToFileURL(join(root, 'evil.mjs')).href,
  })),
  json('a module outside of the project', /"module".*which is outside/, () => ({
    module: '../outside/evil.mjs',
  })),
  json('data at an absolute path outside', /"data".*which is outside/, ({ outside }) => ({
    data: join(outside, 'evil.mjs'),
  })),
  json('an engine that is a path', /REG_CONFIG_INVALID.*"accelerator"/, () => ({
    accelerator: '../evil',
  })),
]
