/** A section of a card: its heading and what stands below it. */
export interface Section {
  readonly heading: string
  readonly body: string
}

/** A card in parts: the front matter, what stands before the first section, and the sections. */
export interface CardParts {
  readonly frontMatter: string
  readonly head: string
  readonly sections: readonly Section[]
}

const FENCE = /^\s*(```|~~~)/

/** The parts of a card in Markdown. A heading in a block of code is none. */
export function cardParts(text: string): CardParts {
  const whole = text.replaceAll('\r\n', '\n')
  const [matter = '', frontMatter = ''] =
    /^---\n([\s\S]*?)\n?---(?:\n|$)/.exec(whole) ?? []
  const head: string[] = []
  const sections: { heading: string; lines: string[] }[] = []
  let isCode = false
  for (const line of whole.slice(matter.length).split('\n')) {
    if (FENCE.test(line)) isCode = !isCode
    const heading = isCode ? undefined : /^## +(.*?) *$/.exec(line)?.[1]
    if (heading !== undefined) sections.push({ heading, lines: [] })
    else (sections.at(-1)?.lines ?? head).push(line)
  }
  return {
    frontMatter,
    head: head.join('\n').trim(),
    sections: sections.map(({ heading, lines }) => ({
      heading,
      body: lines.join('\n').trim(),
    })),
  }
}

/** A card in Markdown. Sections without a body are left out. */
export function cardText({ frontMatter, head, sections }: CardParts): string {
  const written = sections.filter(({ body }) => body !== '')
  const parts = written.map(({ heading, body }) => `## ${heading}\n\n${body}`)
  return `${[`---\n${frontMatter.trim()}\n---`, head, ...parts].filter(Boolean).join('\n\n')}\n`
}

/**
 * New sections with those that a person wrote: a section that the card does not make itself stays as it is, where
 * it was, and one that it makes only as a beginning stays once it is there.
 *
 * @param begun headings of sections that are a person's to fill
 */
export function mergedSections(
  made: readonly Section[],
  existing: readonly Section[],
  begun: readonly string[],
): Section[] {
  const headings = made.map(({ heading }) => heading)
  const known = new Map(existing.map((section) => [section.heading, section]))
  const result = made.map((section) => {
    const old = known.get(section.heading)
    return begun.includes(section.heading) && old && old.body !== '' ? old : section
  })
  for (const [at, section] of existing.entries()) {
    if (headings.includes(section.heading)) continue
    const before = existing[at - 1]?.heading
    const place = result.findIndex(({ heading }) => heading === before)
    result.splice(place === -1 ? result.length : place + 1, 0, section)
  }
  return result
}
