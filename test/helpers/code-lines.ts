import ts from 'typescript'

const COLUMNS = 100

/** Lines with code in a TypeScript source. A line over 100 columns counts twice. */
export function codeLines(source: string): number {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true)
  const rows = new Set<number>()
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node) || node.kind === ts.SyntaxKind.EndOfFileToken) return
    const children = node.getChildren(file)
    children.forEach(visit)
    if (children.length > 0 || node.getWidth(file) === 0) return
    const first = file.getLineAndCharacterOfPosition(node.getStart(file)).line
    const last = file.getLineAndCharacterOfPosition(node.getEnd()).line
    for (let row = first; row <= last; row++) rows.add(row)
  }
  visit(file)
  const lines = source.split('\n')
  return [...rows].reduce((sum, row) => sum + ((lines[row]?.length ?? 0) > COLUMNS ? 2 : 1), 0)
}
