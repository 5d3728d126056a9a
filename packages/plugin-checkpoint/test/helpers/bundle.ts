import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

/** A script of the tests, bundled from source so that plain Node can run it. @returns its path */
export async function bundled(name: string): Promise<string> {
  const root = join(import.meta.dirname, '../..')
  const folder = join(root, 'node_modules/.cache/test')
  mkdirSync(folder, { recursive: true })
  const outfile = join(folder, `${name}-${process.pid}.mjs`)
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@regimen/source'],
    external: ['@tensorflow/*'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  })
  return outfile
}
