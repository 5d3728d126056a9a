import { relative } from 'node:path'
import { type DefaultTheme, defineConfig, type MarkdownRenderer } from 'vitepress'
import { writeApiPages } from '../src/api.js'
import { slug } from '../src/headings.js'
import { linkRewriter, repository } from '../src/links.js'
import { apiEntries, root, sections, sitePages, titleOf } from '../src/pages.js'
import { sitePictures } from '../src/pictures.js'

// What has been built is shown as it is.
if (!process.argv.includes('preview')) await writeApiPages()
const pages = sitePages()

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" fill="#0072b2"/></svg>'

export default defineConfig({
  title: 'Regimen',
  description: 'Trains TensorFlow.js models: a minimal loop, every feature a plugin',
  lang: 'en',
  // Where the site is not at the root of its host: SITE_BASE=/regimen/
  base: process.env.SITE_BASE ?? '/',
  // The dot is the mark of a hook in the drawing of the lifecycle.
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(ICON)}` }]],
  cleanUrls: true,
  srcDir: root,
  srcExclude: [
    '*.md',
    '{bench,examples,patches,runs,test,tooling}/**',
    'packages/*/!(README.md)',
    'packages/*/*/**',
    'docs/*/**',
  ],
  rewrites: Object.fromEntries(pages.map(({ source, path }) => [source, `${path}.md`])),
  markdown: {
    anchor: { slugify: slug },
    config(markdown) {
      siteLinks(markdown)
      sitePictures(markdown)
    },
  },
  vite: { server: { watch: { ignored: ['**/{dist,runs,node_modules}/**'] } } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'First five minutes', link: '/first-five-minutes' },
      { text: 'Packages', link: '/packages' },
      { text: 'API', link: '/api/' },
    ],
    socialLinks: [{ icon: 'github', link: repository }],
    sidebar: sidebar(),
    notFound: {
      quote:
        'There is no page at this address. The search finds packages, options and error codes.',
      linkText: 'To the first page',
    },
    docFooter: { prev: 'Before', next: 'Next' },
  },
})

/** The sections of `docs/`, then the entries of packages. */
function sidebar(): DefaultTheme.SidebarItem[] {
  const ofDocs = sections.map(({ text, pages: names }) => ({
    text,
    items: names.map((name) => ({ text: titleOf(`docs/${name}.md`), link: `/${name}` })),
  }))
  const ofApi = apiEntries().map(({ name }) => ({
    text: name.replace('@regimen/', ''),
    link: `/api/${name}`,
  }))
  return [...ofDocs, { text: 'API reference', collapsed: true, items: ofApi }]
}

/** Lets links that are written for GitHub lead to pages of the site. */
function siteLinks(markdown: MarkdownRenderer): void {
  const rewrite = linkRewriter(pages)
  markdown.core.ruler.push('links of the repository', ({ tokens, env }) => {
    // A title is rendered once more by itself, without its page.
    if (env.path === undefined) return
    const source = relative(root, env.realPath ?? env.path)
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null
      if (href !== null) token.attrSet('href', rewrite(source, href))
    }
  })
}
