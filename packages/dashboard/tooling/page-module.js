import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const entry = fileURLToPath(new URL('../src/page/main.ts', import.meta.url))

/** The module `#page`: the page's script and styles as texts, with the plotting library in them. */
export async function pageModule() {
  const uplot = dirname(createRequire(entry).resolve('uplot/package.json'))
  const license = readFileSync(join(uplot, 'LICENSE'), 'utf8')
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    outdir: 'out',
    format: 'iife',
    target: 'es2022',
    banner: { js: `/*! uPlot: ${license.replaceAll('*/', '')}*/` },
    logLevel: 'silent',
  })
  const textOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? ''
  const [script, styles] = [textOf('.js'), textOf('.css')]
  return `export const script = ${JSON.stringify(script)}\nexport const styles = ${JSON.stringify(styles)}\n`
}

/** Replaces the content of `page.js` while esbuild builds the package. */
export const pagePlugin = {
  name: 'page',
  setup({ onLoad }) {
    onLoad({ filter: /tooling[\\/]page\.js$/ }, async () => ({ contents: await pageModule() }))
  },
}
