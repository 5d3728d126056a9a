// What is on the site: which pages, in which order, under which address.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publicPackages } from '../../tooling/manifests.mjs'

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The pages of `docs/` by name, as the sidebar shows them. A test fails where one is missing. */
export const sections = [
  { text: 'Start', pages: ['first-five-minutes', 'lifecycle', 'from-keras', 'from-lightning'] },
  {
    text: 'Train',
    pages: [
      'modules',
      'data',
      'configuration',
      'sweep',
      'logging',
      'metrics',
      'resume',
      'dashboard',
      'export',
      'engine',
      'recipes',
    ],
  },
  { text: 'Extend', pages: ['write-a-plugin', 'write-a-logger'] },
  { text: 'Reference', pages: ['packages', 'hooks', 'errors', 'layers'] },
  {
    text: 'Background',
    pages: ['benchmarks', 'compatibility', 'conformance', 'security', 'decisions'],
  },
] as const

/** A page of the site. */
export interface SitePage {
  /** Path of the Markdown in the repository. */
  readonly source: string
  /** Address on the site, without a slash before it. */
  readonly path: string
}

/** An entry of a public package. */
export interface ApiEntry {
  /** As in an import: `@regimen/core/config`. */
  readonly name: string
  /** Path of its TypeScript in the repository. */
  readonly source: string
}

/** All pages: those of `docs/`, the README of each package, and the API reference. */
export function sitePages(): SitePage[] {
  return [
    { source: 'site/index.md', path: 'index' },
    ...docPages().map((name) => ({ source: `docs/${name}.md`, path: name })),
    ...readdirSync(join(root, 'packages'))
      .map((name) => ({ source: `packages/${name}/README.md`, path: `packages/${name}` }))
      .filter(({ source }) => existsSync(join(root, source))),
    { source: 'site/api/index.md', path: 'api/index' },
    ...apiEntries().map(({ name }) => ({ source: `site/api/${name}.md`, path: `api/${name}` })),
  ]
}

/** Names of the pages of `docs/`. */
export function docPages(): string[] {
  const files = readdirSync(join(root, 'docs'))
  return files.flatMap((file) => (file.endsWith('.md') ? [file.slice(0, -'.md'.length)] : []))
}

/** What may be imported from public packages. */
export function apiEntries(): ApiEntry[] {
  return publicPackages().flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports ?? {}).flatMap(([path, target]) => {
      const source = typeof target === 'object' ? target['@regimen/source'] : undefined
      if (!source?.endsWith('.ts')) return []
      return [{ name: join(manifest.name, path), source: join(folder, source) }]
    }),
  )
}

/** The title of a page: the text of its first heading. */
export function titleOf(source: string): string {
  const [, title = source] = readFileSync(join(root, source), 'utf8').match(/^# (.+)$/m) ?? []
  return title.replaceAll('`', '')
}
