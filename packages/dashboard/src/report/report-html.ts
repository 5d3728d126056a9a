import { createHash } from 'node:crypto'
import { script, styles } from '#page'
import { jsonForScript, pageHtml } from '../page-html.js'
import type { ReportData } from '../view-data.js'

/**
 * The page as one file that opens without a server or a network: script, styles and data are in it. Its policy
 * lets it load nothing and run nothing but that script.
 */
export function reportHtml(data: ReportData): string {
  const policy =
    `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(styles)}; img-src data:; ` +
    "base-uri 'none'; form-action 'none'"
  return pageHtml({
    title: data.title,
    head: `<meta http-equiv="Content-Security-Policy" content="${policy}">\n<style>${styles}</style>`,
    tail: `<script type="application/json" id="report">${jsonForScript(data)}</script>\n<script>${script}</script>`,
  })
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
