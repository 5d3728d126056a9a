import type { CatalogEntry } from './catalog.js'
import { EXTENSION, LABELS } from './file-name.js'

/**
 * What a run says of its checkpoints at its end; nothing if there are none. Epochs are shown from 1.
 *
 * @param folder where they are, as a person finds it
 */
export function closingLine(
  entries: readonly CatalogEntry[],
  folder: string,
): string | undefined {
  const labelled = LABELS.flatMap((label) => {
    const entry = entries.find(({ file }) => file === label + EXTENSION)
    return entry ? [`${label} (${stateOf(entry)})`] : []
  })
  const numbered = entries.length - labelled.length
  const files = numbered === 1 ? '1 numbered file' : `${numbered} numbered files`
  const parts = numbered > 0 ? [...labelled, files] : labelled
  if (parts.length === 0) return undefined
  const last = parts.at(-1)
  const list = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${last}` : last
  return `Checkpoints are in ${folder}: ${list}.`
}

function stateOf({ epoch, step, score, monitor }: CatalogEntry): string {
  const state = `epoch ${epoch + 1}, step ${step}`
  return score === null ? state : `${state}, ${monitor} ${Number(score.toPrecision(4))}`
}
