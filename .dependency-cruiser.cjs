/** The walls between packages: who may import whom. `npm run test:arch` checks them. */

/** Folders of core, the lowest first: each imports only those before it. */
const folders = ['floor', 'data', 'state', 'metrics', 'module', 'hooks', 'plugins', 'run', 'loop']
const oneWay = folders.map((folder, index) => ({
  name: `core-one-way-${folder}`,
  comment: 'Folders of core import only those below them: ARCHITECTURE.md.',
  severity: 'error',
  from: { path: `^packages/core/src/${folder}/` },
  to: {
    path: '^packages/core/src/',
    pathNot: `^packages/core/src/(?:${folders.slice(0, index + 1).join('|')})/`,
  },
}))

module.exports = {
  forbidden: [
    ...oneWay,
    {
      name: 'engine-one-way-engine',
      comment:
        'Of the wasm engine, the lowest part runs launches and knows no kernel: ARCHITECTURE.md.',
      severity: 'error',
      from: { path: '^packages/backend-wasm/src/engine/' },
      to: { path: '^packages/backend-wasm/src/(kernels|capture)/' },
    },
    {
      name: 'engine-one-way-kernels',
      comment: 'Kernels do not know that they are recorded.',
      severity: 'error',
      from: { path: '^packages/backend-wasm/src/kernels/' },
      to: { path: '^packages/backend-wasm/src/capture/' },
    },
    {
      name: 'core-knows-no-package',
      comment: 'The loop knows no feature.',
      severity: 'error',
      from: { path: '^packages/core/src/' },
      to: { path: '^packages/(?!core/)' },
    },
    {
      name: 'works-without-a-trainer',
      comment: 'Loaders and optimizers know tfjs only.',
      severity: 'error',
      from: { path: '^packages/(data|optimizers)/src/' },
      to: { path: '^packages/', pathNot: '^packages/$1/' },
    },
    {
      name: 'plugins-do-not-meet',
      comment: 'Plugins, loggers, engines and the profiler meet through hooks and services only.',
      severity: 'error',
      from: { path: '^packages/((?:plugin|logger|backend)-[^/]+|profiler)/src/' },
      to: {
        path: '^packages/(?:(?:plugin|logger|backend)-[^/]+|profiler)/',
        pathNot: ['^packages/$1/', '^packages/logger-kit/'],
      },
    },
    {
      name: 'presets-are-for-users',
      comment: 'A preset knows its plugins; no package knows a preset.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: '^packages/preset-', pathNot: '^packages/$1/' },
    },
    {
      name: 'no-deep-import',
      comment: 'Other packages are used through their exports.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: {
        path: '^packages/[^/]+/src/',
        pathNot: [
          '^packages/$1/',
          '^packages/[^/]+/src/index\\.ts$',
          '^packages/core/src/(config|files|layers)/index\\.ts$',
          '^packages/dashboard/src/library/index\\.ts$',
          '^packages/logger-kit/src/(files|sync|testing|writer)/index\\.ts$',
        ],
      },
    },
    {
      name: 'tapable-in-one-file',
      severity: 'error',
      from: {
        path: '^packages/[^/]+/src/',
        pathNot: '^packages/core/src/hooks/interpreted-hook\\.ts$',
      },
      to: { path: 'node_modules/tapable/' },
    },
    {
      name: 'rxjs-in-one-file',
      severity: 'error',
      from: { path: '^packages/core/src/', pathNot: '^packages/core/src/hooks/event-bus\\.ts$' },
      to: { path: 'node_modules/rxjs/' },
    },
    {
      name: 'core-runs-in-browsers',
      comment: 'Only core/config and core/files may use Node.',
      severity: 'error',
      from: { path: '^packages/core/src/(?!(?:config|files)/)' },
      to: {
        path: ['^node:', 'node_modules/(cosmiconfig|jiti)/', '^packages/core/src/(config|files)/'],
      },
    },
    {
      name: 'core-runs-in-browsers-builtin',
      severity: 'error',
      from: { path: '^packages/core/src/(?!(?:config|files)/)' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'src-does-not-import-tests',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: '^packages/testing/' },
      to: { path: ['/test/', '^packages/testing/', 'node_modules/vitest/'] },
    },
    {
      name: 'index-is-for-the-outside',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: '^packages/$1/src/index\\.ts$' },
    },
    {
      name: 'no-circles',
      comment: 'One way down, types counted.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['/dist/', '/test/', '\\.config\\.ts$'] },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@regimen/source', 'import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
}
