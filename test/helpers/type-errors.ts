import ts from 'typescript'

/** An error of the compiler: where it is and what it says. */
export interface Complaint {
  readonly path: string
  readonly line: number
  readonly text: string
}

/** What `tsc --noEmit` says of these files; files that they import are read but not checked. */
export function typeErrors(paths: readonly string[], options: ts.CompilerOptions): Complaint[] {
  const program = ts.createProgram(paths, { ...options, noEmit: true })
  const sources = paths.map((path) => program.getSourceFile(path))
  const diagnostics = [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...sources.flatMap((source) => [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]),
  ]
  return diagnostics.map(({ file, start = 0, messageText }) => ({
    path: file?.fileName ?? '',
    line: file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0,
    text: ts.flattenDiagnosticMessageText(messageText, '\n'),
  }))
}
