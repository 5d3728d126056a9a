import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lifecycle } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { anchorsOf, linksOf } from '../site/src/headings.js'
import { linkRewriter, repository } from '../site/src/links.js'
import { docPages, root, sections, sitePages } from '../site/src/pages.js'
import { inPage } from '../site/src/pictures.js'
import { lifecyclePicture } from '../tooling/lifecycle-picture.mjs'
import { packagesPage, withPackageList } from '../tooling/package-list.mjs'
import { userPages } from './helpers/pages.js'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const written = sitePages().filter(({ source }) => !source.startsWith('site/api/'))

it('the sidebar has every page of docs/, once', () => {
  const shown = sections.flatMap(({ pages }) => [...pages])
  expect(shown.toSorted()).toEqual(docPages().toSorted())
})

it('no two pages have one address', () => {
  const paths = sitePages().map(({ path }) => path)
  expect(new Set(paths).size).toBe(paths.length)
  expect(paths).toContain('api/@regimen/core/layers')
  expect(paths).toContain('packages/plugin-checkpoint')
})

describe('the links of', () => {
  const rewrite = linkRewriter()
  const sources = [...new Set([...userPages(), ...written.map(({ source }) => source)])]
  const pageAt = new Map(sitePages().map(({ source, path }) => [`/${path}`, source]))

  it.each(sources)('%s lead to files that exist, and to headings that they have', (source) => {
    const faults = linksOf(read(source)).flatMap((href) => {
      const [address = '', anchor] = rewrite(source, href).split('#')
      if (address.startsWith('http') || anchor === undefined) return []
      const target = address === '' ? source : (pageAt.get(address) ?? address)
      return anchorsOf(read(target)).includes(anchor) ? [] : [href]
    })
    expect(faults).toEqual([])
  })

  it.each([
    ['docs/data.md', 'modules.md#data', '/modules#data'],
    ['docs/data.md', '../packages/data', '/packages/data'],
    ['packages/data/README.md', '../core/README.md', '/packages/core'],
    ['README.md', 'docs/hooks.md', '/hooks'],
    ['docs/benchmarks.md', '../bench/src/stall.ts', `${repository}/blob/main/bench/src/stall.ts`],
    ['docs/data.md', '../bench', `${repository}/tree/main/bench`],
    ['docs/data.md', 'https://example.com/x#y', 'https://example.com/x#y'],
    ['docs/data.md', '#files', '#files'],
  ])('%s: %s is %s on the site', (source, href, address) => {
    expect(rewrite(source, href)).toBe(address)
  })

  it('a page that lead nowhere are refused', () => {
    expect(() => rewrite('docs/data.md', 'dta.md')).toThrow(
      'docs/data.md links to "dta.md", which does not exist.',
    )
  })
})

it('anchors are those of GitHub', () => {
  const page = '# A `b`, c\n## A [b](x.md): *c*\n```md\n# none\n```\n## Twice\n## Twice\n'
  expect(anchorsOf(page)).toEqual(['a-b-c', 'a-b-c-1', 'twice', 'twice-1'])
})

it('links in code are no links', () => {
  expect(linksOf('[a](b.md) `[c](d.md)`\n```md\n[e](f.md)\n```\n![g](h.svg)')).toEqual([
    'b.md',
    'h.svg',
  ])
})

it('the first page shows the code of the README', () => {
  const [, first = 0, last = 0] = read('site/index.md').match(/README\.md\{(\d+),(\d+)\}/) ?? []
  const lines = read('README.md').split('\n')
  expect(lines[Number(first) - 1]).toBe('```ts')
  expect(lines.slice(Number(first)).indexOf('```')).toBe(Number(last) - Number(first) - 1)
})

describe('the picture of the lifecycle', () => {
  const picture = lifecyclePicture(lifecycle)

  it('is fresh, and has every hook in its order', () => {
    expect(read('docs/images/lifecycle.svg')).toBe(picture)
    const names = [...picture.matchAll(/class="name"[^>]*>(\w+)</g)].map(([, name]) => name)
    expect(names).toEqual(Object.keys(lifecycle))
  })

  it('has a frame for each pair, and a loop for each that repeats', () => {
    const ends = Object.values(lifecycle).filter(({ start }) => start !== undefined)
    expect(picture.match(/class="frame"/g)).toHaveLength(ends.length)
    expect(picture.match(/>each (epoch|batch)</g)).toHaveLength(5)
  })

  it('is dark by the switch of the site, and has no tag that Vue drops', () => {
    const own = inPage(picture)
    expect(own).not.toMatch(/<\/?style>|prefers-color-scheme|\n/)
    expect(own).toMatch(/\.dark \.lifecycle \{ --ink: [^{}]*\} \.lifecycle text/)
  })
})

it('the lists of packages are what the manifests say', () => {
  expect(read('docs/packages.md')).toBe(packagesPage())
  expect(withPackageList(read('README.md'))).toBe(read('README.md'))
  expect(packagesPage()).toContain('](../packages/core/README.md) | A minimal training loop')
  expect(() => withPackageList('no list')).toThrow('no place')
  expect(existsSync(join(root, 'site/index.md'))).toBe(true)
})
