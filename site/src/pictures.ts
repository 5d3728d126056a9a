// Pictures that follow the theme: an SVG that is dark where the reader's system is, as on GitHub, becomes a part of the
// page, where the switch of the site decides.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'

const BY_SYSTEM = /@media \(prefers-color-scheme: dark\) \{ ([^{]+) (\{[^}]*\}) \}/

/** Teaches a renderer of Markdown to put such pictures into pages. */
export function sitePictures(markdown: MarkdownRenderer): void {
  const asLink = markdown.renderer.rules.image
  markdown.renderer.rules.image = (tokens, index, options, env, self) => {
    const src = tokens[index]?.attrGet('src') ?? ''
    const file = join(dirname(env.realPath ?? env.path ?? ''), src)
    const svg = src.endsWith('.svg') && existsSync(file) ? readFileSync(file, 'utf8') : ''
    if (BY_SYSTEM.test(svg)) return `<span class="picture">${inPage(svg)}</span>`
    return asLink?.(tokens, index, options, env, self) ?? ''
  }
}

/** An SVG as a part of a page of Vue, which takes no bare `<style>`. */
export function inPage(svg: string): string {
  return svg
    .replace(BY_SYSTEM, '.dark $1 $2')
    .replace('<style>', '<component is="style">')
    .replace('</style>', '</component>')
    .replaceAll('\n', ' ')
}
