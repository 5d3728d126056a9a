import { fileURLToPath } from 'node:url'
import {
  configDefaults,
  type Plugin,
  type TestProjectInlineConfiguration,
  type ViteUserConfig,
} from 'vitest/config'

const FOLDERS = ['packages/*/test', 'examples/*/test', 'test', 'bench/test']
const OTHERS = ['**/*.system.test.ts', '**/*.oracle.test.ts']
/**
 * Their unit tests share processes. The others do not: they talk to services from threads, or load
 * another engine.
 */
const SHARING = [
  'packages/{cli,core,dashboard,data,export,metrics,preset-default,profiler,testing}/test',
  'packages/plugin-!(compile)/test',
]
/** They share processes too, others than those above: once loaded, the wasm engine stays in a process. */
const ON_WASM = [
  'packages/{backend-wasm,optimizers,plugin-compile}/test',
  'test/{compiled,fused-layers}',
  'bench/test',
]
/** They put other modules in place of real ones, which stay in a process that has them already. */
const REPLACING = [
  'packages/core/test/config/config-tools.test.ts',
  'packages/export/test/files/write-files.test.ts',
  'packages/metrics/test/device-memory.test.ts',
]
const checker = fileURLToPath(new URL('./types.mjs', import.meta.url))
const wasmProcess = fileURLToPath(new URL('./wasm-process.ts', import.meta.url))
const sharedProcess = fileURLToPath(new URL('./shared-process.ts', import.meta.url))

/**
 * Tests by what they need. Files of `unit` share processes, which saves most of their time; one of the
 * others has a process of its own; those of `types` are read by the compiler only.
 */
export const lanes: TestProjectInlineConfiguration[] = [
  lane('unit', {
    include: [...filesNamed('*.test.ts', SHARING), 'test/*.test.ts'],
    exclude: [...configDefaults.exclude, ...OTHERS, ...REPLACING],
    isolate: false,
    setupFiles: [sharedProcess],
  }),
  lane('unit-wasm', {
    include: filesNamed('*.test.ts', ON_WASM),
    exclude: [...configDefaults.exclude, ...OTHERS],
    isolate: false,
    setupFiles: [wasmProcess],
  }),
  lane('unit-alone', {
    include: filesNamed('*.test.ts'),
    exclude: [
      ...configDefaults.exclude,
      ...OTHERS,
      ...[...SHARING, ...ON_WASM].map((folder) => `${folder}/**`),
      'test/*.test.ts',
    ],
  }),
  lane('replacing', { include: REPLACING }),
  lane('oracle', { include: filesNamed('*.oracle.test.ts') }),
  lane('system', { include: filesNamed('*.system.test.ts') }),
  lane('types', {
    include: [],
    typecheck: {
      enabled: true,
      only: true,
      checker,
      include: ['packages/*/test/**/*.test-d.ts'],
      tsconfig: './tsconfig.json',
      ignoreSourceErrors: true,
    },
  }),
]

/** Lets `--typecheck.enabled=false` reach the lane of types, as it would without lanes. */
export function typesOnDemand(): Plugin {
  return {
    name: 'types-on-demand',
    configureVitest({ vitest, project }) {
      if (!vitest.config.typecheck.enabled) project.config.typecheck.enabled = false
    },
  }
}

type LaneTest = NonNullable<ViteUserConfig['test']>

function lane(name: string, test: LaneTest): TestProjectInlineConfiguration {
  return { extends: true, test: { name, typecheck: { enabled: false }, ...test } }
}

function filesNamed(name: string, folders: readonly string[] = FOLDERS): string[] {
  return folders.map((folder) => `${folder}/**/${name}`)
}
