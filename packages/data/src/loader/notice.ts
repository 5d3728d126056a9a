/** What Node has to warn with; a page has none. */
interface Warner {
  emitWarning?(text: string, options: { type: string; code: string }): void
}

const shown = new Set<string>()

/** Says something once that does not stop a run: a warning of the process, in a page a line on its console. */
export function notice(code: string, text: string): void {
  if (shown.has(text)) return
  shown.add(text)
  const { process, console } = globalThis as unknown as {
    process?: Warner
    console: Pick<Console, 'warn'>
  }
  if (process?.emitWarning) process.emitWarning(text, { type: 'RegimenNotice', code })
  else console.warn(text)
}
