import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { gradientsBundle } from '../../tooling/gradients-from-source.js'

const core = join(import.meta.dirname, '../../packages/core')

/** The text of a script for a page, with the packages of this repository taken from source. */
export async function pageBundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    write: false,
    logLevel: 'silent',
    conditions: ['@regimen/source'],
    plugins: [gradientsFromSource],
  })
  return outputFiles[0]?.text ?? ''
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
