import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'esbuild'

const NAMESPACE = 'tfjs-public'
const CORE = '@tensorflow/tfjs-core'

/**
 * Bundles tfjs-core's registration of gradients and chained ops, which is published only as modules
 * that Node cannot import. What the public entry exports is taken from there, so that no second copy
 * of tfjs arises.
 */
export function tfjsSideEffects(publicEntry: object): Plugin {
  const exported = new Set(Object.keys(publicEntry))
  const root = dirname(createRequire(import.meta.url).resolve(`${CORE}/package.json`))
  return {
    name: 'tfjs-side-effects',
    setup(build) {
      build.onResolve({ filter: /^@tensorflow\/tfjs-core\/dist\// }, ({ path }) => ({
        path: join(root, `${path.slice(CORE.length + 1)}.js`),
        sideEffects: true,
      }))
      build.onResolve({ filter: /^\.\.?\// }, ({ path, importer }) => {
        if (!importer.startsWith(root)) return undefined
        const names = importedNames(readFileSync(importer, 'utf8'), path)
        const isEngine = path.endsWith('/engine')
        const isTensorClass = names.includes('getGlobalTensorClass')
        const isPublic = names.length > 0 && names.every((name) => exported.has(name))
        if (!isEngine && !isTensorClass && !isPublic) {
          return { path: join(dirname(importer), `${path}.js`), sideEffects: true }
        }
        return { path: `${names.join(',')}#${path}`, namespace: NAMESPACE, pluginData: names }
      })
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ pluginData }) => ({
        contents: (pluginData as string[]).map(publicForm).join('\n'),
        resolveDir: root,
      }))
    },
  }
}

function publicForm(name: string): string {
  if (name === 'ENGINE') return `import { engine } from '${CORE}'; export const ENGINE = engine()`
  if (name === 'getGlobalTensorClass') {
    return `import { Tensor } from '${CORE}'; export const getGlobalTensorClass = () => Tensor`
  }
  return `export { ${name} } from '${CORE}'`
}

function importedNames(source: string, path: string): string[] {
  const escaped = path.replaceAll('.', '\\.')
  const lists = source.matchAll(new RegExp(`import \\{([^}]*)\\} from '${escaped}'`, 'g'))
  return [...lists].flatMap(([, list = '']) =>
    list.split(',').map((item) => (item.trim().split(/\s+as\s+/)[0] ?? '').trim()),
  )
}
