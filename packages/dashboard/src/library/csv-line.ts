/** The cells of a line of CSV; quoted ones may hold commas and doubled quotes. */
export function parseCsvLine(line: string): string[] {
  const cells: string[] = []
  let rest: string | undefined = line
  while (rest !== undefined) {
    const quoted: RegExpExecArray | null = /^"((?:[^"]|"")*)"(?:,([\s\S]*))?$/.exec(rest)
    if (quoted) {
      cells.push((quoted[1] as string).replaceAll('""', '"'))
      rest = quoted[2]
      continue
    }
    const comma: number = rest.indexOf(',')
    cells.push(comma === -1 ? rest : rest.slice(0, comma))
    rest = comma === -1 ? undefined : rest.slice(comma + 1)
  }
  return cells
}
