import { expect, it } from 'vitest'
import { explainFailure } from '../src/load-failure.js'

const NODE = '@tensorflow/tfjs-node'
const GPU = '@tensorflow/tfjs-node-gpu'
const REBUILD = [
  `npm rebuild --ignore-scripts=false ${NODE}`,
  'onlyBuiltDependencies',
  'pnpm approve-builds',
  `pnpm rebuild ${NODE}`,
]

function error(message: string, code?: string): Error {
  return Object.assign(new Error(message), code && { code })
}

it.each([
  [
    'a package that is not there',
    error(`Cannot find package '${NODE}' imported from /a/b.js`, 'ERR_MODULE_NOT_FOUND'),
    [
      `${NODE} is not installed`,
      `npm install ${NODE}@4`,
      `pnpm add --allow-build=${NODE} ${NODE}@4`,
    ],
  ],
  [
    'a package that is not there, by require',
    error(`Cannot find module '${NODE}'\nRequire stack:\n- /a.js`, 'MODULE_NOT_FOUND'),
    [`${NODE} is not installed`],
  ],
  [
    'a part of a package that is not there',
    error("Cannot find package 'rimraf' imported from /a/b.js", 'ERR_MODULE_NOT_FOUND'),
    [`Importing ${NODE} failed: "Cannot find package 'rimraf'`, `npm install ${NODE}@4`],
  ],
  [
    'install scripts that were blocked',
    error(
      'The Node.js native addon module (tfjs_binding.node) can not be found at path: /a/lib. \nPlease run …',
    ),
    [
      'without its native library',
      ...REBUILD,
      'TFJS_NODE_CDN_STORAGE',
      'tfjs_binding_binary_host_mirror',
    ],
  ],
  [
    'a library of another system',
    error('/a/tfjs_binding.node: invalid ELF header', 'ERR_DLOPEN_FAILED'),
    ['cannot be used here', 'invalid ELF header', ...REBUILD],
  ],
  [
    'TensorFlow itself missing',
    error('libtensorflow.so.2: cannot open shared object file: No such file or directory'),
    ['libtensorflow.so.2', 'glibc', ...REBUILD],
  ],
  [
    'a function that Node lost',
    error('util_1.isString is not a function'),
    ['Node 24.1.0 no longer has', 'Use Node 20 or 22, or wasm()'],
  ],
  ['something else', 'no luck', [`Importing ${NODE} failed: "no luck"`]],
  ['nothing at all', undefined, ['failed: "undefined"']],
])('%s', (_, thrown, texts) => {
  const text = explainFailure(thrown, { binding: NODE, platform: 'linux', node: '24.1.0' })
  for (const part of texts) expect(text).toContain(part)
})

it('the name of the other binding is not mistaken for its own', () => {
  const thrown = error(`Cannot find package '${NODE}' imported from /a.js`, 'ERR_MODULE_NOT_FOUND')
  const text = explainFailure(thrown, { binding: GPU, platform: 'linux', node: '20.19.0' })
  expect(text).toContain(`Importing ${GPU} failed`)
})

it('tensorflow.dll on Windows', () => {
  const thrown = error(
    'The specified module could not be found.\n\\\\?\\C:\\a\\tfjs_binding.node',
    'ERR_DLOPEN_FAILED',
  )
  const text = explainFailure(thrown, { binding: GPU, platform: 'win32', node: '20.19.0' })
  expect(text).toContain('Copy tensorflow.dll from node_modules\\@tensorflow\\tfjs-node-gpu\\deps')
})
