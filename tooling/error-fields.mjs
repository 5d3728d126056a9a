// The names in `error.data`: those that texts of core's catalog name, and those given where an error is made by hand
// or an option is refused.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** Values of a text that are words of the sentence only. */
const WORDS = ['foundText', 'hint']

/**
 * Every error that the sources of packages make by hand, with `new RegimenError`, `located` or
 * `invalidOption`.
 *
 * @param {string} packages the folder of all packages
 * @returns {import('./error-fields.mjs').MadeError[]}
 */
export function madeErrors(packages) {
  return readdirSync(packages).flatMap((name) => {
    const folder = join(packages, name, 'src')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => madeIn(join(folder, file), `${name}/src/${file}`))
  })
}

/**
 * The names that `error.data` may have, by code.
 *
 * @param {readonly import('./message-texts.mjs').MessageText[]} texts core's catalog
 * @param {string} packages the folder of all packages
 * @returns {Map<string, string[]>}
 */
export function errorFields(texts, packages) {
  const byCode = new Map()
  const add = (code, names) =>
    byCode.set(code, [...new Set([...(byCode.get(code) ?? []), ...names])])
  for (const { key, declared } of texts) {
    const names = declared.filter((name) => !WORDS.includes(name))
    if (key.startsWith('REG_')) add(key.split('.')[0], names)
  }
  for (const { codes, fields } of madeErrors(packages))
    for (const code of codes) add(code, fields ?? [])
  return byCode
}

function madeIn(path, place) {
  const text = readFileSync(path, 'utf8')
  if (!/RegimenError\(|located\(|fail\(|invalidOption\(/.test(text)) return []
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
  const made = []
  eachNode(source, (node) => {
    const called = nameOfCall(node)
    const isMade = called === 'RegimenError' && ts.isNewExpression(node)
    if (isMade) read(node, node.arguments[0], node.arguments[2])
    if (called === 'located') read(node, node.arguments[1], node.arguments[3])
    if (called === 'fail' && isOfCatalog(node)) read(node, node.arguments[0], node.arguments[2])
    if (called === 'invalidOption' && node.arguments[4]) readOption(node, node.arguments[4])
  })
  return made

  /** Those that each refused option has are in the catalog. */
  function readOption(node, details) {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart())
    const scope = { source, owner: enclosingFunction(node) }
    const data = propertyOf(details, 'data', scope)
    const fields = data === undefined ? [] : namesIn(data, scope)
    made.push({ place: `${place}:${line + 1}`, codes: ['REG_OPTION_INVALID'], fields })
  }

  function isOfCatalog(call) {
    const scope = { source, owner: enclosingFunction(call) }
    return codesIn(call.arguments[0], scope).length > 0
  }

  function read(node, code, details) {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart())
    const owner = enclosingFunction(node)
    const calls = isOfParameters(owner, [code, details]) ? callsOf(source, owner) : [undefined]
    for (const call of calls) {
      const scope = { source, owner, call }
      const codes = codesIn(code, scope)
      const data = details && propertyOf(details, 'data', scope)
      const fields = data === undefined ? undefined : namesIn(data, scope)
      made.push({ place: `${place}:${line + 1}`, codes, fields })
    }
  }
}

function nameOfCall(node) {
  if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return undefined
  return ts.isIdentifier(node.expression) ? node.expression.text : undefined
}

function eachNode(node, visit) {
  visit(node)
  ts.forEachChild(node, (child) => eachNode(child, visit))
}

function enclosingFunction(node) {
  let owner = node.parent
  while (owner && !ts.isFunctionLike(owner)) owner = owner.parent
  return owner
}

/** Whether parts of an error are given by the callers of the function that makes it. */
function isOfParameters(owner, parts) {
  const names = (owner?.parameters ?? []).map(({ name }) => name.getText())
  const words = parts.flatMap((part) => part?.getText().match(/\b\w+\b/g) ?? [])
  return words.some((word) => names.includes(word))
}

function callsOf(source, owner) {
  const holder = owner.name ?? owner.parent.name
  const calls = []
  eachNode(source, (node) => {
    if (holder && nameOfCall(node) === holder.getText()) calls.push(node)
  })
  return calls.length > 0 ? calls : [undefined]
}

/** What a name stands for: the argument of the call, or what it was declared to be in the file. */
function meaningOf(name, { source, owner, call }) {
  const index = (owner?.parameters ?? []).findIndex((one) => one.name.getText() === name)
  if (index >= 0) return call?.arguments[index]
  const declaredIn = (place) => {
    let found
    eachNode(place, (node) => {
      if (ts.isVariableDeclaration(node) && node.name.getText() === name) found ??= node.initializer
    })
    return found
  }
  return (owner && declaredIn(owner)) ?? declaredIn(source)
}

function codesIn(node, scope) {
  if (node === undefined) return []
  if (ts.isIdentifier(node)) return codesIn(meaningOf(node.text, scope), scope)
  const codes = node.getText().match(/\bREG_[A-Z_]+\b/g) ?? []
  return [...new Set(codes)]
}

function propertyOf(node, name, scope) {
  if (ts.isIdentifier(node)) {
    const meaning = meaningOf(node.text, scope)
    return meaning && propertyOf(meaning, name, scope)
  }
  if (ts.isConditionalExpression(node))
    return propertyOf(node.whenTrue, name, scope) ?? propertyOf(node.whenFalse, name, scope)
  if (!ts.isObjectLiteralExpression(node)) return undefined
  const property = node.properties.find((one) => one.name?.getText() === name)
  return property?.initializer ?? property?.name
}

/** The names of the properties of what an expression makes. */
function namesIn(node, scope, depth = 0) {
  if (node === undefined || depth > 8) return []
  const inner = (one) => namesIn(one, scope, depth + 1)
  if (ts.isIdentifier(node)) return inner(meaningOf(node.text, scope))
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return inner(node.expression)
  if (ts.isConditionalExpression(node)) return [...inner(node.whenTrue), ...inner(node.whenFalse)]
  if (ts.isBinaryExpression(node)) return [...inner(node.left), ...inner(node.right)]
  if (!ts.isObjectLiteralExpression(node)) return []
  return node.properties.flatMap((one) =>
    ts.isSpreadAssignment(one) ? inner(one.expression) : [one.name.getText()],
  )
}
