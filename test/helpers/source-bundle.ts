import { join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { gradientsBundle } from '../../tooling/gradients-from-source.js'

const core = join(import.meta.dirname, '../../packages/core')

/** The text of a script for a page, with the packages of this repository taken from source. */
export function pageBundle(entry: string): Promise<string> {
  return bundle(entry, { platform: 'browser', format: 'iife' })
}

/** The same as a module for Node, which takes tfjs from where the module lies. */
export function nodeBundle(entry: string): Promise<string> {
  const js =
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
  return bundle(entry, {
    platform: 'node',
    format: 'esm',
    external: ['@tensorflow/*'],
    banner: { js },
  })
}

async function bundle(entry: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    ...options,
    entryPoints: [entry],
    bundle: true,
    write: false,
    logLevel: 'silent',
    conditions: ['@regimen/source'],
    plugins: [gradientsFromSource],
  })
  return outputFiles?.[0]?.text ?? ''
}

/** What core's build writes to `dist`. */
const gradientsFromSource: Plugin = {
  name: 'gradients-from-source',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^#tfjs-gradients$/ }, ({ path }) => ({ path, namespace: 'gradients' }))
    onLoad({ filter: /.*/, namespace: 'gradients' }, async () => ({
      contents: await gradientsBundle(),
      resolveDir: core,
    }))
  },
}
