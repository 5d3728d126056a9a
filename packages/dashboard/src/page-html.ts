/** What the page is made of. */
export interface PageParts {
  readonly title: string
  /** Elements of the head: styles, policy. */
  readonly head: string
  /** Elements after the body: scripts, data. */
  readonly tail: string
}

/** The page, as the server sends it and as a report holds it. Parts are trusted, the title is not. */
export function pageHtml({ title, head, tail }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
${head}
</head>
<body>
<div id="app"><noscript>This page draws charts and needs JavaScript.</noscript></div>
${tail}
</body>
</html>
`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (found) => ENTITIES[found] as string)
}

/** JSON that can stand in a script element: it holds no `<`. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value, finite)
    .replaceAll('<', '\\u003c')
    .replace(/[\u2028\u2029]/g, (found) => `\\u${found.charCodeAt(0).toString(16)}`)
}

/** NaN and the infinities as texts, as `metrics.jsonl` has them. */
export function finite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
