// Writes the declarations of all packages in one pass of the compiler: `packages/x/src/a.ts` to
// `packages/x/dist/a.d.ts`. A JSON file that a declaration speaks of becomes its type there, since a
// reader of the declarations need not have the file.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
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
    writeFileSync(target, withJsonTypes(text, dirname(path)))
  }).diagnostics
})
if (faults.length > 0) {
  console.error(ts.formatDiagnosticsWithColorAndContext(faults, ts.createCompilerHost({})))
  process.exit(1)
}

/** Replaces each import of a JSON file by a constant of its type. */
function withJsonTypes(text, folder) {
  return text.replace(/^import (\w+) from '(\.[^']+\.json)'.*$/gm, (_line, name, path) => {
    const value = JSON.parse(readFileSync(resolve(folder, path), 'utf8'))
    return `declare const ${name}: ${typeOf(value)};`
  })
}

function typeOf(value) {
  if (Array.isArray(value)) return `(${[...new Set(value.map(typeOf))].join(' | ') || 'never'})[]`
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value
  const fields = Object.entries(value).map(
    ([key, part]) => `${JSON.stringify(key)}: ${typeOf(part)}`,
  )
  return `{ ${fields.join('; ')} }`
}
