import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** A file that exists for the language service only. */
const file = join(root, 'test', 'hovered.ts')

/** What an editor shows over `<subject>.<member>`. */
export interface Hover {
  readonly member: string
  /** The sentence; empty where there is none. */
  readonly documentation: string
}

/** An editor with a file that imports the packages of the repository from source. */
export class Editor {
  #text = ''
  #version = 0
  readonly #service: ts.LanguageService

  constructor() {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
    this.#service = ts.createLanguageService({
      getScriptFileNames: () => [file],
      getScriptVersion: (path) => (path === file ? String(this.#version) : '0'),
      getScriptSnapshot: (path) => {
        if (path === file) return ts.ScriptSnapshot.fromString(this.#text)
        return existsSync(path)
          ? ts.ScriptSnapshot.fromString(readFileSync(path, 'utf8'))
          : undefined
      },
      getCurrentDirectory: () => dirname(file),
      getCompilationSettings: () => options,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (path) => path === file || ts.sys.fileExists(path),
      readFile: ts.sys.readFile,
      readDirectory: ts.sys.readDirectory,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
    })
  }

  /** The exported types of a package whose name ends in `Options` or is `Options`. */
  optionTypes(index: string): string[] {
    const source = this.#write(`import * as subject from '${index}'\nexport { subject }\n`)
    const checker = this.#program().getTypeChecker()
    const [statement] = source.statements
    const specifier = (statement as ts.ImportDeclaration).moduleSpecifier
    const module = checker.getSymbolAtLocation(specifier)
    const exported = module ? checker.getExportsOfModule(module) : []
    const isType = (symbol: ts.Symbol) => {
      const own = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
      return (own.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) !== 0
    }
    return exported.filter(isType).flatMap(({ name }) => (name.endsWith('Options') ? [name] : []))
  }

  /** What is shown over each member of a type, and over those of each member of a union. */
  hoversOf(imports: string, type: string): Hover[] {
    const head = `${imports}\ntype Subject = ${type}\n`
    const source = this.#write(head)
    const checker = this.#program().getTypeChecker()
    const alias = source.statements.find(ts.isTypeAliasDeclaration)
    if (!alias) throw new Error('no type')
    const subject = checker.getNonNullableType(checker.getTypeAtLocation(alias.name))
    const types = subject.isUnion() ? subject.types.filter(isObject) : [subject]
    const names = new Set(
      types.flatMap((one) => checker.getPropertiesOfType(one)).map(({ name }) => name),
    )
    const members = [...names].filter((name) => /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name))
    const having =
      'type Having<T, K> = T extends object ? (K extends keyof T ? T : never) : never\n'
    const lines = members.map((name) => `(0 as unknown as Having<Subject, '${name}'>).${name};\n`)
    const text = head + having + lines.join('')
    this.#write(text)
    let start = head.length + having.length
    return members.map((member, index) => {
      start += (lines[index] as string).length
      const info = this.#service.getQuickInfoAtPosition(file, start - 3)
      return { member, documentation: ts.displayPartsToString(info?.documentation) }
    })
  }

  #write(text: string): ts.SourceFile {
    this.#text = text
    this.#version++
    return this.#program().getSourceFile(file) as ts.SourceFile
  }

  #program(): ts.Program {
    return this.#service.getProgram() as ts.Program
  }
}

const isObject = (type: ts.Type): boolean =>
  (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0
