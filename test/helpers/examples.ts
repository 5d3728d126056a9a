import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiEntries, root } from '../../site/src/pages.js'
import { onLine, type Program } from './code-blocks.js'

/** What an example has besides its own code: an engine, where it computes. */
const ENGINE = "import { useWasm as engine } from '@regimen/backend-wasm'; await engine(); "
const TF = "import * as tf from '@tensorflow/tfjs-core'; "

/** Names that are no example's: many packages have `options`. */
const NOT_IMPORTED = ['', 'default', 'options']

/**
 * The `@example`s in the sources of a package, each as a program. Names of public packages are imported for it, those of
 * its own package first. One in a block of `ts no-run` is compiled only.
 */
export function examplesOf(folder: string): Program[] {
  const files = readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
  const sources = files.filter((file) => file.endsWith('.ts')).toSorted()
  return sources.flatMap((file) => examplesIn(join(folder, 'src', file), folder))
}

function examplesIn(path: string, folder: string): Program[] {
  const text = readFileSync(join(root, path), 'utf8')
  const comments = [...text.matchAll(/^[ \t]*\/\*\*.*?\*\/[ \t]*\n(?:export [\w ]+? (\w+))?/gms)]
  return comments.flatMap(({ 0: comment, index }) =>
    [...comment.matchAll(/^[ \t]*\* @example[ \t]*\n(.*?)(?=^[ \t]*\* @|\*\/)/gms)].map((found) => {
      const line = text.slice(0, index + found.index).split('\n').length + 1
      const lines = (found[1] ?? '').split('\n').map((one) => one.replace(/^[ \t]*\* ?/, ''))
      const [first = ''] = lines
      const isFenced = first.startsWith('```')
      const code = isFenced ? ['', ...lines.slice(1, lines.lastIndexOf('```'))] : lines
      const imports = importsOf(code.join('\n'), folder, path)
      return {
        path,
        line,
        code: onLine(line, `${code.join('\n').trimEnd()}\n`, imports),
        isRun: !isFenced || !/^```ts no-run$/.test(first),
      }
    }),
  )
}

/** Imports of what a piece of code names and does not declare, on one line. */
function importsOf(code: string, folder: string, path: string): string {
  const declared = new Set(
    [...code.matchAll(/\b(?:const|let|using|class|function|type|import) (\{[^}]*\}|\w+)/g)].flatMap(
      ([, names = '']) => names.match(/\w+/g) ?? [],
    ),
  )
  const used = new Set([...code.matchAll(/(?<![.\w'"-])[A-Za-z]\w*/g)].map(([name]) => name))
  const isWanted = (name: string) => used.has(name) && !declared.has(name)
  const taken = new Set<string>()
  const all = [
    ...exportsOfPackages().toSorted((a, b) => rankOf(a.folder, folder) - rankOf(b.folder, folder)),
    { from: join(root, path).replace(/\.ts$/, '.js'), folder, names: exportedIn(path) },
  ]
  const lines = all.flatMap(({ from, names }) => {
    const fresh = names.filter(({ name }) => isWanted(name) && !taken.has(name))
    for (const { name } of fresh) taken.add(name)
    const list = fresh.map(({ name, isType }) => `${isType ? 'type ' : ''}${name}`)
    return list.length > 0 ? [`import { ${list.join(', ')} } from '${from}'; `] : []
  })
  const computes = /\btf\.(?!train\b|[A-Z])\w+\(|\.fit\(/.test(code)
  return `${lines.join('')}${used.has('tf') ? TF : ''}${computes ? ENGINE : ''}\n`
}

interface Exported {
  readonly name: string
  readonly isType: boolean
}

let packages: { from: string; folder: string; names: Exported[] }[] | undefined

/** What each entry of a public package exports; its `index.ts` lists it. */
function exportsOfPackages() {
  packages ??= apiEntries().map(({ name, source }) => ({
    from: name,
    folder: source.replace(/^(packages\/[^/]+)\/.*$/, '$1'),
    names: namesIn(readFileSync(join(root, source), 'utf8')),
  }))
  return packages
}

function namesIn(index: string): Exported[] {
  const text = index.replaceAll(/^[ \t]*\/\/.*$/gm, '')
  return [...text.matchAll(/^export (type )?\{([^}]*)\}/gms)].flatMap(([, all, list = '']) =>
    list.split(',').flatMap((one) => {
      const [, isType, name = ''] = /^\s*(type )?(?:\w+ as )?(\w+)\s*$/.exec(one) ?? []
      return NOT_IMPORTED.includes(name) ? [] : [{ name, isType: (isType ?? all) !== undefined }]
    }),
  )
}

function exportedIn(path: string): Exported[] {
  const text = readFileSync(join(root, path), 'utf8')
  const found = text.matchAll(/^export (?:async )?(function|const|class|interface|type) (\w+)/gm)
  return [...found].map(([, kind = '', name = '']) => ({
    name,
    isType: kind === 'interface' || kind === 'type',
  }))
}

/** Its own package first, then core, then the others. */
function rankOf(folder: string, own: string): number {
  if (folder === own) return 0
  return folder === 'packages/core' ? 1 : 2
}
