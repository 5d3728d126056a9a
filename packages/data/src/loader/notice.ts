/** What Node has to warn with; a page has none. */
interface Warner {
  emitWarning?(text: string, options: { type: string; code: string }): void
}

const shown = new Set<string>()

/** Says something once per owner that does not stop a run: a warning of the process, in a page a line on its console. */
export function notice(code: string, owner: string, text: string): void {
  const key = `${code} ${owner}`
  if (shown.has(key)) return
  shown.add(key)
  const { process, console } = globalThis as unknown as {
    process?: Warner
    console: Pick<Console, 'warn'>
  }
  if (process?.emitWarning) process.emitWarning(text, { type: 'RegimenNotice', code })
  else console.warn(text)
}
