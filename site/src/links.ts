// Where a link of a page leads on the site. Links are written for GitHub, as paths of files beside the page.
import { existsSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import { manifestOf } from '../../tooling/manifests.mjs'
import { root, type SitePage, sitePages } from './pages.js'

/** Rewrites the link of a page, `source`, whose path is relative to the root of the repository. */
export type LinkRewriter = (source: string, href: string) => string

/** The address of the repository. */
export const repository = String(manifestOf().homepage).replace(/#.*$/, '')

/**
 * Makes a function that rewrites links: to a page of the site where there is one, else to the repository.
 *
 * @throws where a link leads to no file
 */
export function linkRewriter(pages: readonly SitePage[] = sitePages()): LinkRewriter {
  const addresses = new Map(pages.map(({ source, path }) => [source, `/${path}`]))
  return (source, href) => {
    if (/^(?:[a-z]+:|#|\/)/i.test(href)) return href
    const [path = '', anchor] = href.split('#')
    const target = posix.join(posix.dirname(source), decodeURI(path)).replace(/\/$/, '')
    const page = addresses.get(target) ?? addresses.get(`${target}/README.md`)
    const hash = anchor === undefined ? '' : `#${anchor}`
    if (page) return `${page.replace(/\/index$/, '/')}${hash}`
    const file = join(root, target)
    if (!existsSync(file)) throw new Error(`${source} links to "${href}", which does not exist.`)
    const kind = statSync(file).isDirectory() ? 'tree' : 'blob'
    return `${repository}/${kind}/main/${target}${hash}`
  }
}
