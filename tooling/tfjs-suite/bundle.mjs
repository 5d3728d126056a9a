import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const { resolve } = createRequire(import.meta.url)

/**
 * Bundles tfjs-core's specs with the sources of our engine into one file. All of it shares one copy
 * of tfjs-core, that of the specs. `ignoreAnnotations`: tfjs calls the files with its specs free of
 * side effects, and they would be shaken out.
 */
export async function bundle(outfile) {
  await build({
    entryPoints: [join(here, 'specs.mjs')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    ignoreAnnotations: true,
    conditions: ['@regimen/source'],
    mainFields: ['module', 'main'],
    banner: { js: banner() },
    plugins: [{ name: 'one-copy-of-tfjs', setup: resolveTfjs }],
    logLevel: 'warning',
  })
}

function resolveTfjs({ onResolve }) {
  onResolve({ filter: /^@tensorflow\/tfjs-(core|backend-wasm)$/ }, ({ path }) => ({
    path: join(folderOf(path), 'dist/index.js'),
  }))
  onResolve({ filter: /^@tensorflow\/tfjs-core\/dist\// }, ({ path }) => ({
    path: `${path.replace('@tensorflow/tfjs-core', folderOf('@tensorflow/tfjs-core'))}.js`,
  }))
}

function folderOf(name) {
  return realpathSync(dirname(resolve(`${name}/package.json`)))
}

/** What the parts of tfjs that are CommonJS expect; the wasm files are looked for in `__dirname`. */
function banner() {
  const wasmFiles = join(folderOf('@tensorflow/tfjs-backend-wasm'), 'dist')
  return [
    "import { createRequire as requireOf } from 'node:module'",
    `const require = requireOf(${JSON.stringify(import.meta.url)})`,
    `const __dirname = ${JSON.stringify(wasmFiles)}`,
    `const __filename = ${JSON.stringify(join(wasmFiles, 'index.js'))}`,
  ].join('\n')
}
