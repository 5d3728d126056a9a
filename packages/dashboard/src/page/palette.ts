/**
 * Colours that people with any kind of colour blindness tell apart (Okabe and Ito, 2008), without the
 * yellow, which is too pale on white; the last one is that of the text.
 */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9']
const DARK = ['#4ea5e0', '#f0803c', '#2bc79b', '#e29cc4', '#f2b533', '#8fd0f5']
/** After the colours comes the next dash, so that 24 runs have marks of their own. */
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3]]

/** How a run is drawn. */
export interface Mark {
  readonly color: string
  readonly dash: readonly number[]
}

/** The mark of the n-th run. */
export function markOf(index: number, isDark: boolean): Mark {
  const colors = isDark ? DARK : COLORS
  const color = colors[index % colors.length] as string
  return { color, dash: DASHES[Math.floor(index / colors.length) % DASHES.length] ?? [] }
}
