import { join } from 'node:path'
import ts from 'typescript'

type Catalog = Readonly<Record<string, string>>

/** A call of `fail` or `say`: where it is, and the texts of the catalog that it may use. */
export type MessageCall = {
  readonly place: string
  readonly keys: readonly string[]
  /** Placeholders that get no value, or one that may be undefined, as `key: name`. */
  readonly unfilled: readonly string[]
  /** Values written out in the call that no text of it names, as `key: name`. */
  readonly unnamed: readonly string[]
}

/** The names of the placeholders of a text; those of words (`{hint?}`) may stay empty. */
export const placeholdersOf = (text: string) =>
  [...text.matchAll(/\{(\w+)([!*?]?)\}/g)].map(([, name = '', mark]) => ({
    name,
    isOptional: mark === '?',
  }))

/**
 * Every call of `fail` and `say` of a file `floor/errors.ts`, as the type checker sees it.
 *
 * @param root the folder with `floor/errors.ts`
 * @param files paths to read, relative to the folder
 */
export function messageCalls(
  root: string,
  files: readonly string[],
  catalog: Catalog,
): MessageCall[] {
  const program = ts.createProgram(
    files.map((file) => join(root, file)),
    {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      resolveJsonModule: true,
      skipLibCheck: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      strict: true,
    },
  )
  const checker = program.getTypeChecker()
  const errors = join(root, 'floor', 'errors.ts')
  const found: MessageCall[] = []
  for (const file of files) {
    const source = program.getSourceFile(join(root, file))
    if (source === undefined) throw new Error(`${file} cannot be read.`)
    if (source.fileName === errors) continue
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && isOfCatalog(node.expression)) found.push(read(node, file))
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return found

  function isOfCatalog(called: ts.Expression): boolean {
    if (!ts.isIdentifier(called) || !['fail', 'say'].includes(called.text)) return false
    const symbol = checker.getSymbolAtLocation(called)
    const origin = symbol && symbol.flags & ts.SymbolFlags.Alias && checker.getAliasedSymbol(symbol)
    return Boolean(origin && origin.declarations?.[0]?.getSourceFile().fileName === errors)
  }

  function read(call: ts.CallExpression, file: string): MessageCall {
    const [first, second] = call.arguments as unknown as [ts.Expression, ts.Expression | undefined]
    const { line } = call.getSourceFile().getLineAndCharacterOfPosition(call.getStart())
    const keyType = checker.getTypeAtLocation(first)
    const keys = (keyType.isUnion() ? keyType.types : [keyType]).map((type) => {
      if (!type.isStringLiteral()) throw new Error(`${file}:${line + 1} has no literal key.`)
      return type.value
    })
    const placeholders = keys.flatMap((key) =>
      placeholdersOf(catalog[key] ?? '').map((one) => ({ key, ...one })),
    )
    const values = second && checker.getTypeAtLocation(second)
    const unfilled = placeholders
      .filter(({ name, isOptional }) => !isOptional && !isFilled(values, name, second))
      .map(({ key, name }) => `${key}: ${name}`)
    const unnamed = writtenOut(second)
      .filter((name) => !placeholders.some((one) => one.name === name))
      .map((name) => `${keys.join(' or ')}: ${name}`)
    return { place: `${file}:${line + 1}`, keys, unfilled, unnamed }
  }

  function isFilled(values: ts.Type | undefined, name: string, at: ts.Node | undefined): boolean {
    const property = values && checker.getPropertyOfType(values, name)
    if (property === undefined || at === undefined) return false
    const type = checker.getTypeOfSymbolAtLocation(property, at)
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0
    const members = type.isUnion() ? type.types : [type]
    return !isOptional && !members.some(({ flags }) => flags & ts.TypeFlags.Undefined)
  }
}

/** The names that stand in a call itself; what is spread into it may hold more than its text names. */
function writtenOut(values: ts.Expression | undefined): string[] {
  if (values === undefined || !ts.isObjectLiteralExpression(values)) return []
  return values.properties.flatMap(({ name }) => (name ? [name.getText()] : []))
}
