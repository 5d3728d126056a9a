import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Plugin } from 'vitest/config'
import { tfjsSideEffects } from '../packages/core/tooling/tfjs-side-effects.js'

const source = fileURLToPath(new URL('../packages/core/tooling/tfjs-gradients.js', import.meta.url))

/** Bundles core's `#tfjs-gradients` in memory, which its build writes to `dist`: tests need no build. */
export function gradientsFromSource(): Plugin {
  let code: Promise<string> | undefined
  return {
    name: 'gradients-from-source',
    enforce: 'pre',
    resolveId: (id) => (id === '#tfjs-gradients' ? source : undefined),
    load(id) {
      if (id !== source) return undefined
      code ??= gradientsBundle()
      return code
    },
  }
}

/** The text of core's `#tfjs-gradients`, as its build writes it. */
export async function gradientsBundle(): Promise<string> {
  const publicEntry = createRequire(source)('@tensorflow/tfjs-core') as object
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    format: 'esm',
    external: ['@tensorflow/tfjs-core'],
    plugins: [tfjsSideEffects(publicEntry)],
  })
  return outputFiles[0]?.text ?? ''
}
