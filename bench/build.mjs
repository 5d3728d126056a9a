import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Compiles bench/src to bench/dist, file by file, so that Node runs it. Packages stay imports: the
 * bench measures what is built and shipped, not the sources of the workspace.
 *
 * @returns {Promise<URL>} the folder, with a slash at its end
 */
export async function buildBench() {
  const source = new URL('./src/', import.meta.url)
  const target = new URL('./dist/', import.meta.url)
  await build({
    entryPoints: readdirSync(source).map((name) => fileURLToPath(new URL(name, source))),
    outdir: fileURLToPath(target),
    format: 'esm',
    target: 'es2022',
    sourcemap: 'inline',
  })
  return target
}
