import { parse, stringify } from 'yaml'

/** What the front matter of a card is made of. */
export interface FrontMatterFacts {
  readonly tags: readonly string[]
  readonly metrics: readonly string[]
}

/**
 * The front matter, as the Hugging Face Hub reads it. What a person has put there stays; tags and metrics are added
 * to.
 *
 * @param existing text of the present one, which may be empty or damaged
 */
export function frontMatter(
  { tags, metrics }: FrontMatterFacts,
  existing: string,
): string {
  const kept = parsed(existing)
  return stringify({
    library_name: 'tfjs',
    ...kept,
    tags: united(kept.tags, tags),
    ...(metrics.length > 0 && { metrics: united(kept.metrics, metrics) }),
  })
}

function parsed(text: string): Record<string, unknown> {
  try {
    const found: unknown = parse(text)
    const isRecord = typeof found === 'object' && found !== null && !Array.isArray(found)
    return isRecord ? (found as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function united(kept: unknown, added: readonly string[]): unknown[] {
  return [...new Set([...(Array.isArray(kept) ? kept : []), ...added])]
}
