import { printable } from '@regimen/core'
import stringWidth from 'string-width'

const segmenter = new Intl.Segmenter()

/** Columns that a text takes on a terminal: wide characters two, colours none. */
export function widthOf(text: string): number {
  return stringWidth(text)
}

/** The text with line breaks and other characters that move the cursor or the writing escaped. */
export function oneLine(text: string): string {
  return printable(text)
}

/** The text cut to at most `width` columns, ending in `…` where something was cut off. No colours. */
export function truncate(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  if (width <= 0) return ''
  let kept = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    const columns = widthOf(segment)
    if (used + columns > width - 1) break
    kept += segment
    used += columns
  }
  return `${kept}…`
}

/** Parts side by side, on as many lines of at most `width` columns as that takes. */
export function flow(parts: readonly string[], width: number, gap = '  '): string[] {
  const lines: string[] = []
  let line = ''
  for (const part of parts) {
    const longer = line === '' ? part : line + gap + part
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line)
      line = part
    } else line = longer
  }
  return [...lines, line].filter((text) => text !== '').map((text) => truncate(text, width))
}
