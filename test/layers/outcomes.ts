/** How something went on a backend: right, or not and why. */
export interface Outcome {
  readonly isRight: boolean
  readonly why?: string
  readonly instead?: string
  /** Who says so, and when. */
  readonly told?: string
}

/** What was tried on each backend, in the order of the page. */
export class Outcomes {
  readonly #rows = new Map<string, Map<string, Map<string, Outcome>>>()

  /** @param what the layer, loss, metric or optimizer; @param as its configuration */
  add(section: string, what: string, as: string, backend: string, outcome: Outcome): void {
    const rows = this.#rows.get(section) ?? new Map<string, Map<string, Outcome>>()
    this.#rows.set(section, rows)
    const key = `\`${what}\` | ${as}`
    const row = rows.get(key) ?? new Map<string, Outcome>()
    rows.set(key, row.set(backend, outcome))
  }

  /** The table of a section in Markdown: yes or no on each backend, then why not and the way round. */
  table(section: string, backends: readonly string[]): string {
    const rows = [...(this.#rows.get(section) ?? [])].map(([key, row]) => {
      const marks = backends.map((backend) => (row.get(backend)?.isRight ? 'yes' : '**no**'))
      const reasons = new Set(
        [...row.values()].flatMap(({ why, instead, told }) => {
          if (why === undefined) return []
          const sentences = [why, ...(instead ? [instead] : []), ...(told ? [told] : [])]
          return [sentences.map((sentence) => `${sentence}.`).join(' ')]
        }),
      )
      return `| ${key} | ${marks.join(' | ')} | ${[...reasons].join(' ')} |`
    })
    const head = `| what | as | ${backends.join(' | ')} | why not, and the way round |`
    return [head, `|---|---|${'---|'.repeat(backends.length + 1)}`, ...rows].join('\n')
  }
}
