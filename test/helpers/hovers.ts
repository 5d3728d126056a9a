import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Files that exist for the language service only: one for each type that is looked at. */
const fileOf = (index: number) => join(root, 'test', `hovered-${index}.ts`)
const HAVING = 'type Having<T, K> = T extends object ? (K extends keyof T ? T : never) : never\n'

/** A type in a file that begins with some imports. */
export interface Subject {
  readonly imports: string
  readonly type: string
}

/** What an editor shows over `<subject>.<member>`. */
export interface Hover {
  readonly member: string
  /** The sentence; empty where there is none. */
  readonly documentation: string
}

/** An editor with files that import the packages of the repository from source. */
export class Editor {
  /** The files that are open. Others are read once. */
  #texts: ReadonlyMap<string, string> = new Map()
  #version = 0
  readonly #service: ts.LanguageService

  constructor() {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
    const read = new Map<string, ts.IScriptSnapshot | undefined>()
    this.#service = ts.createLanguageService({
      getScriptFileNames: () => [...this.#texts.keys()],
      getScriptVersion: (path) => (this.#texts.has(path) ? String(this.#version) : '0'),
      getScriptSnapshot: (path) => {
        const own = this.#texts.get(path)
        if (own !== undefined) return ts.ScriptSnapshot.fromString(own)
        if (!read.has(path)) {
          const text = ts.sys.readFile(path)
          read.set(path, text === undefined ? undefined : ts.ScriptSnapshot.fromString(text))
        }
        return read.get(path)
      },
      getCurrentDirectory: () => join(root, 'test'),
      getCompilationSettings: () => options,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (path) => this.#texts.has(path) || ts.sys.fileExists(path),
      readFile: ts.sys.readFile,
      readDirectory: ts.sys.readDirectory,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
    })
  }

  /** The exported types of each package whose name ends in `Options` or is `Options`. */
  optionTypes(indexes: readonly string[]): string[][] {
    const sources = this.#open(
      indexes.map((index) => `import * as subject from '${index}'\nexport { subject }\n`),
    )
    const checker = this.#program().getTypeChecker()
    const isType = (symbol: ts.Symbol) => {
      const own = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
      return (own.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) !== 0
    }
    return sources.map(({ statements: [statement] }) => {
      const specifier = (statement as ts.ImportDeclaration).moduleSpecifier
      const module = checker.getSymbolAtLocation(specifier)
      const exported = module ? checker.getExportsOfModule(module) : []
      return exported.filter(isType).flatMap(({ name }) => (name.endsWith('Options') ? [name] : []))
    })
  }

  /** What is shown over each member of each type, and over those of each member of a union. */
  hoversOf(subjects: readonly Subject[]): Hover[][] {
    const heads = subjects.map(({ imports, type }) => `${imports}\ntype Subject = ${type}\n`)
    const sources = this.#open(heads)
    const checker = this.#program().getTypeChecker()
    const members = sources.map((source) => membersOf(source, checker))
    const lines = members.map((names) =>
      names.map((name) => `(0 as unknown as Having<Subject, '${name}'>).${name};\n`),
    )
    const starts = heads.map((head) => head + HAVING)
    this.#open(starts.map((start, index) => start + (lines[index] as string[]).join('')))
    return members.map((names, index) => {
      let start = (starts[index] as string).length
      return names.map((member, line) => {
        const own = lines[index] as string[]
        start += (own[line] as string).length
        const info = this.#service.getQuickInfoAtPosition(fileOf(index), start - 3)
        return { member, documentation: ts.displayPartsToString(info?.documentation) }
      })
    })
  }

  #open(texts: readonly string[]): ts.SourceFile[] {
    this.#texts = new Map(texts.map((text, index) => [fileOf(index), text]))
    this.#version++
    const program = this.#program()
    return texts.map((_, index) => program.getSourceFile(fileOf(index)) as ts.SourceFile)
  }

  #program(): ts.Program {
    return this.#service.getProgram() as ts.Program
  }
}

function membersOf(source: ts.SourceFile, checker: ts.TypeChecker): string[] {
  const alias = source.statements.find(ts.isTypeAliasDeclaration)
  if (!alias) throw new Error('no type')
  const subject = checker.getNonNullableType(checker.getTypeAtLocation(alias.name))
  const types = subject.isUnion() ? subject.types.filter(isObject) : [subject]
  const names = new Set(
    types.flatMap((one) => checker.getPropertiesOfType(one)).map(({ name }) => name),
  )
  return [...names].filter((name) => /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name))
}

const isObject = (type: ts.Type): boolean =>
  (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0
