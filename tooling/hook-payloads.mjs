// What the taps of each hook are told, read from core's TypeScript: fields, types and sentences.
import ts from 'typescript'

/**
 * Reads the table `lifecycle` of a file: of each row the type of its payload and of its value.
 *
 * @param {string} path the file with the table
 * @returns {Map<string, import('./hook-payloads.mjs').Told>} by the names of hooks and streams; rows without a payload are left out
 * @throws where a field has no sentence
 */
export function hookPayloads(path) {
  const program = ts.createProgram([path], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    resolveJsonModule: true,
    strict: true,
    types: [],
  })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(path)
  if (!source) throw new Error(`${path} cannot be read.`)
  const told = new Map()
  for (const { name, typeArguments } of rowsOf(source)) {
    const [payload, value] = typeArguments
    if (payload.kind === ts.SyntaxKind.UndefinedKeyword) continue
    told.set(name, {
      payload: payload.getText(),
      fields: fieldsOf(checker, payload),
      ...(value && { value: value.getText() }),
    })
  }
  return told
}

/** The rows of the table `lifecycle`: each is a call with the types of its payload and its value. */
function rowsOf(source) {
  const declarations = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
  const table = declarations.find(({ name }) => name.getText() === 'lifecycle')?.initializer
  const rows = table && ts.isAsExpression(table) ? table.expression : table
  if (!rows || !ts.isObjectLiteralExpression(rows)) {
    throw new Error(`${source.fileName} has no table "lifecycle".`)
  }
  return rows.properties.map(({ name, initializer }) => {
    const { typeArguments } = initializer
    if (!typeArguments) throw new Error(`The row ${name.getText()} of the lifecycle has no types.`)
    return { name: name.getText(), typeArguments }
  })
}

/** The fields of a type in the order of their declarations; those of a union's members together. */
function fieldsOf(checker, typeNode) {
  const type = checker.getTypeFromTypeNode(typeNode)
  const members = type.isUnion() ? type.types : [type]
  const kindOf = (member) => member.getProperty('kind')
  const found = members.flatMap((member) =>
    member.getProperties().map((property) => {
      const owner = property.valueDeclaration.parent.name?.text
      const sentence = ts.displayPartsToString(property.getDocumentationComment(checker))
      const { name } = property
      if (sentence === '') throw new Error(`${typeNode.getText()}.${name} has no sentence.`)
      const kind = kindOf(member)
      const whole = { name, type: typeOf(property), sentence: oneLine(sentence), owner }
      return { ...whole, kinds: kind && type.isUnion() ? [typeOf(kind)] : [] }
    }),
  )
  const fields = new Map()
  for (const field of found) {
    const key = field.name === 'kind' ? 'kind' : [field.name, field.type, field.sentence].join()
    const known = fields.get(key)
    fields.set(key, { ...field, kinds: [...(known?.kinds ?? []), ...field.kinds] })
  }
  const all = [...fields.values()].map(({ kinds, ...field }) => {
    if (kinds.length === 0 || (kinds.length === members.length && !isKind(field))) return field
    return isKind(field) ? { ...field, type: kinds.join(' | ') } : { ...field, kinds }
  })
  const isInAll = ({ kinds }) => kinds === undefined
  return [...all.filter(isInAll), ...all.filter((field) => !isInAll(field))]
}

const isKind = ({ name }) => name === 'kind'
const oneLine = (text) => text.replaceAll(/\s+/g, ' ')

/** A property's type as it is written. */
function typeOf({ valueDeclaration: { type, questionToken } }) {
  const text = oneLine(type.getText())
  return questionToken ? `${text} | undefined` : text
}
