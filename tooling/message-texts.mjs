// The texts of core's catalog, `packages/core/src/floor/messages`, as they stand in its source.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/**
 * Every text of the catalog, with `{name}` for a value, `{name!}` for one in quotes and `{name*}` for a
 * list.
 *
 * @param {string} folder the catalog's
 * @returns {import('./message-texts.mjs').MessageText[]}
 */
export function messageTexts(folder) {
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
    return textsIn(source)
  })
}

function textsIn(node) {
  if (!ts.isPropertyAssignment(node) || !ts.isArrowFunction(node.initializer))
    return node.getChildren().flatMap(textsIn)
  const { name, initializer: message } = node
  const [values] = message.parameters
  const text = textOf(message.body)
  const used = [...text.matchAll(/\{(\w+)[!*]?\}/g)].map(([, name]) => name)
  const { fileName: file } = node.getSourceFile()
  return [{ key: name.text, file, text, declared: namesOf(values?.type), used: [...new Set(used)] }]
}

/** The names of the values that a text is a function of. */
function namesOf(type) {
  if (type === undefined) return []
  if (ts.isTypeLiteralNode(type)) return type.members.map(({ name }) => name.text)
  throw new Error(`The values of a text are a type that is written out, not ${type.getText()}.`)
}

function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isBinaryExpression(node)) return textOf(node.left) + textOf(node.right)
  if (!ts.isTemplateExpression(node)) throw new Error(`${node.getText()} is no text.`)
  const parts = node.templateSpans.map(
    ({ expression, literal }) => placeholderOf(expression) + literal.text,
  )
  return node.head.text + parts.join('')
}

/** `v.name` is a value, `quote(v.name)` one in quotes, and `quoteAll(v.name)` or `v.name.join()` a list. */
function placeholderOf(node) {
  if (ts.isPropertyAccessExpression(node)) return `{${node.name.text}}`
  if (!ts.isCallExpression(node)) throw new Error(`${node.getText()} is no value.`)
  const { expression: called } = node
  if (ts.isPropertyAccessExpression(called)) return placeholderOf(called.expression)
  const [value] = node.arguments
  const mark = called.text === 'quote' ? '!' : '*'
  if (ts.isTemplateExpression(value)) return `"${textOf(value)}"`
  return placeholderOf(value).replace('}', `${mark}}`)
}
