// The anchors of headings, on the site as on GitHub.
import GithubSlugger, { slug } from 'github-slugger'

/** The anchor of a heading's text, as GitHub makes it. */
export { slug }

/** The anchors of a page of Markdown. */
export function anchorsOf(markdown: string): string[] {
  const slugger = new GithubSlugger()
  const prose = markdown.replaceAll(/^(`{3,})[^`\n]*\n.*?^\1[ \t]*$/gms, '')
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, text = '']) => slugger.slug(plain(text)))
}

/** The links of a page of Markdown, images too. Code has none. */
export function linksOf(markdown: string): string[] {
  const prose = markdown
    .replaceAll(/^(`{3,})[^`\n]*\n.*?^\1[ \t]*$/gms, '')
    .replaceAll(/(`+)[^`].*?\1/g, '``')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, href = '']) => href)
}

/** Text without the marks of code, links and emphasis. */
function plain(text: string): string {
  return text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, '')
}
