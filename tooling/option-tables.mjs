// The tables of options in READMEs: what stands between `<!-- options -->` and `<!-- /options -->` is
// made of the schema that a package exports as `options`; `<!-- options: gpuOptions -->` names another.

const TABLE = /<!-- options(?:: (\w+))? -->\n[\s\S]*?<!-- \/options -->/g

/** A README with its tables made of schemas. @param schemaOf gives the schema that is exported by a name */
export function withOptionTables(readme, schemaOf, rowsOf) {
  return readme.replaceAll(TABLE, (_, name) => {
    const mark = name ? `<!-- options: ${name} -->` : '<!-- options -->'
    return `${mark}\n${optionTable(rowsOf(schemaOf(name ?? 'options')))}\n<!-- /options -->`
  })
}

/** The names of the schemas whose tables a README has. */
export function optionTableNames(readme) {
  return [...readme.matchAll(TABLE)].map(([, name]) => name ?? 'options')
}

function optionTable(rows) {
  const cells = rows.map(({ name, type, fallback, meaning }) => [
    `\`${name}\``,
    code(type),
    isCode(fallback) ? code(fallback) : inCell(fallback),
    inCell(meaning),
  ])
  const head = ['option', 'type', 'default', 'meaning']
  const line = (parts) => `| ${parts.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...cells.map(line)].join('\n')
}

const code = (text) => `\`${inCell(text)}\``
const inCell = (text) => text.replaceAll('|', '\\|')

/** Whether a default is a value rather than words. */
const isCode = (text) =>
  /^(['"[{]|-?\d[\d.e-]*$|true$|false$|Infinity$)/.test(text) && !/\w \w+ \w/.test(text)
