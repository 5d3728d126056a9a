// Writes the declarations of all packages in one pass of the compiler: `packages/x/src/a.ts` to
// `packages/x/dist/a.d.ts`.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
const sources = folders.flatMap((folder) => ts.sys.readDirectory(join(folder, 'src'), ['.ts']))
const { config } = ts.readConfigFile(join(root, 'tooling/tsconfig.base.json'), ts.sys.readFile)
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)

for (const folder of folders) {
  for (const old of ts.sys.readDirectory(join(folder, 'dist'), ['.d.ts'])) rmSync(old)
}
const program = ts.createProgram(sources, {
  ...options,
  noEmit: false,
  declaration: true,
  emitDeclarationOnly: true,
})
// A file at a time: asked for all at once, the compiler checks every statement first.
const faults = sources.flatMap((path) => {
  const source = program.getSourceFile(path)
  return program.emit(source, (_path, text) => {
    const target = path.replace(/(packages\/[^/]+)\/src\/(.*)\.ts$/, '$1/dist/$2.d.ts')
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
  }).diagnostics
})
if (faults.length > 0) {
  console.error(ts.formatDiagnosticsWithColorAndContext(faults, ts.createCompilerHost({})))
  process.exit(1)
}
