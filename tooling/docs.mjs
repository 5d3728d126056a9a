// Writes the generated pages of docs/ from the tables in core, and the tables of options in READMEs; `--check` only compares.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { configFields, optionLines, optionRows } from '../packages/core/dist/config/index.js'
import { errorCodes, lifecycle } from '../packages/core/dist/index.js'
import { errorFields } from './error-fields.mjs'
import { hookPayloads } from './hook-payloads.mjs'
import { lifecyclePicture } from './lifecycle-picture.mjs'
import { messageTexts } from './message-texts.mjs'
import { optionTableNames, withOptionTables } from './option-tables.mjs'
import { packagesPage, withPackageList } from './package-list.mjs'

const docs = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs')
const isCheck = process.argv.includes('--check')
const stale = [
  page('hooks.md', hooksPage()),
  page('errors.md', errorsPage()),
  page('images/lifecycle.svg', lifecyclePicture(lifecycle)),
  page('packages.md', packagesPage()),
  page('../README.md', withPackageList(readFileSync(join(docs, '../README.md'), 'utf8'))),
  ...(await readmes()),
  page('../packages/cli/src/setting-lines.ts', settingLines()),
].filter(Boolean)
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run "npm run docs" and commit.`)
  process.exitCode = 1
}

/** What `--help` says of `--set`, as source: help is printed without loading core. */
function settingLines() {
  const { module: _, data: __, plugins: ___, ...fields } = configFields
  const lines = optionLines(optionRows({ fields })).replaceAll(/[\\`]|\$\{/g, '\\$&')
  return `/** The keys of a config that \`--set\` takes. Written by \`npm run docs\` from the schema of configs. */
export const settingLines = \`\\
${lines}\`
`
}

/** Every README with a table of options. */
async function readmes() {
  const packages = join(docs, '..', 'packages')
  const pages = readdirSync(packages).map(async (name) => {
    const path = `../packages/${name}/README.md`
    const readme = existsSync(join(docs, path)) ? readFileSync(join(docs, path), 'utf8') : ''
    if (optionTableNames(readme).length === 0) return undefined
    const exported = await import(`../packages/${name}/dist/index.js`)
    return page(
      path,
      withOptionTables(readme, (key) => exported[key], optionRows),
    )
  })
  return Promise.all(pages)
}

function page(name, text) {
  const path = join(docs, name)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return undefined
  if (isCheck) return name
  writeFileSync(path, text)
  return undefined
}

function hooksPage() {
  const payloads = hookPayloads(join(docs, '../packages/core/src/hooks/lifecycle.ts'))
  const groups = groupsOf([...payloads.values()])
  const rows = Object.entries(lifecycle).map(
    ([name, { kind, about, depth, counter, isReversed }]) => {
      const label = `${'&emsp;'.repeat(depth)}\`${name}\``
      const order = isReversed ? 'reverse' : ''
      const received = receivedBy(payloads.get(name), groups)
      return `| ${label} | ${kind} | ${about} | ${received} | ${order} | ${counter ?? ''} |`
    },
  )
  const counters = payloads.get('epochStart').fields.filter(isCounter)
  const sections = [...new Set(groups.values())].map(payloadSection)
  return `# Every hook

Generated from \`lifecycle.ts\` and \`payloads.ts\` in \`packages/core/src\` by \`npm run docs\`. Do not edit.

**Hooks act, streams watch.** A hook is awaited, ordered, may change or stop the run, and its errors
end it. \`trainer.events$\` and \`trainer.on(name)\` only watch: nothing waits for them, and what they
throw is reported and contained.

| kind | tapped with | may |
|---|---|---|
| series | \`tap\`, \`tapPromise\` | act; awaited one after the other |
| waterfall | \`tap\`, \`tapPromise\` | return a new value; \`undefined\` keeps the old one |
| sync waterfall | \`tap\` | the same, inside the gradient tape |
| wrap | \`wrapStep\` | wrap the forward and backward pass |
| stream | \`on\` | only be watched |

Payloads count completed things: the first \`batchEnd\` has \`step\` 1. \`step\` counts batches in which
weights changed, once each, however many optimizers there are and however often a module calls
\`optimize\`: from the first \`stepEnd\` of a batch on, its step is counted. Ends carry an \`outcome\`:
\`completed\`, \`stopped\`, \`interrupted\`, \`failed\` or \`skipped\`. A tap of a waterfall is called with the
value that it may replace, and then with the payload. The last column is the counter that
\`on(name, { every: n })\` divides.

| name | kind | when | receives | order | every |
|---|---|---|---|---|---|
${rows.join('\n')}

## Payloads

Each is an interface that \`@regimen/core\` exports. Streams leave out what may hold tensors: \`data\`,
\`output\` and \`snapshot\`; watchers of \`record\` receive \`{ record }\`.

### Counters

${fieldTable(counters)}

${sections.join('\n\n')}
`
}

function isCounter({ owner }) {
  return owner === 'Counters'
}

/** Payloads by name, those with the same fields in one group: its title, and its fields. */
function groupsOf(all) {
  const groups = new Map()
  for (const { payload, fields } of all) {
    const own = fields.filter((field) => !isCounter(field))
    if (own.length === 0) continue
    const key = JSON.stringify(own.map(({ owner, ...field }) => field))
    const group = groups.get(key) ?? { names: [], own, hasCounters: own.length < fields.length }
    group.names.push(payload)
    groups.set(key, group)
  }
  const byName = [...groups.values()].flatMap((group) => group.names.map((name) => [name, group]))
  return new Map(byName)
}

/** What a tap receives, with a link to its fields. */
function receivedBy(received, groups) {
  if (!received) return ''
  const { payload, value } = received
  const names = groups.get(payload)?.names ?? ['counters']
  const link = `[\`${payload}\`](#${names.join('-').toLowerCase()})`
  return value ? `${inCell(value)}, ${link}` : link
}

function payloadSection({ names, own, hasCounters }) {
  const also = hasCounters ? 'The [counters](#counters), and:\n\n' : ''
  return `### ${names.join(', ')}\n\n${also}${fieldTable(own)}`
}

function fieldTable(fields) {
  const rows = fields.map(({ name, type, sentence, kinds }) => {
    const only = kinds ? ` Where \`kind\` is ${kinds.map((kind) => `\`${kind}\``).join(', ')}.` : ''
    return `| \`${name}\` | ${inCell(type)} | ${sentence.replaceAll('|', '\\|')}${only} |`
  })
  return `| field | type | |\n|---|---|---|\n${rows.join('\n')}`
}

/** Code in a cell of a table. */
function inCell(code) {
  return `\`${code.replaceAll('|', '\\|')}\``
}

function errorsPage() {
  const catalog = messageTexts(join(docs, '../packages/core/src/floor/messages'))
  const textsOf = (code) => catalog.filter(({ key }) => key.startsWith(`${code}.`))
  const fields = errorFields(catalog, join(docs, '../packages'))
  const fieldsOf = (code) => (fields.get(code) ?? []).map((name) => `\`${name}\``).join(', ')
  const rows = Object.entries(errorCodes).map(
    ([code, about]) => `| \`${code}\` | ${about} | ${fieldsOf(code)} |`,
  )
  const names = JSON.parse(readFileSync(join(docs, '../tooling/error-names.json'), 'utf8'))
  const used = new Set([...fields.values()].flat())
  const glossary = [...used].sort().map((name) => {
    if (!Object.hasOwn(names, name)) throw new Error(`tooling/error-names.json lacks "${name}".`)
    return `| \`${name}\` | ${names[name]} |`
  })
  const texts = Object.keys(errorCodes)
    .filter((code) => textsOf(code).length > 0)
    .map(
      (code) =>
        `\`${code}\`\n\n${textsOf(code)
          .map(({ text }) => `- ${escaped(text)}`)
          .join('\n')}\n`,
    )
  return `# Errors

Generated from the catalog \`packages/core/src/floor/messages/\` by \`npm run docs\`. Do not edit.

Every error of Regimen is a \`RegimenError\` with a \`code\`, and \`plugin\`, \`hook\` and \`cause\` where
they are known. Its text says what happened, what was found instead and what to do. The values that a
program may need are in \`error.data\`, under names that mean the same in every code and every package;
an error has those of its case.

| code | what it means | \`error.data\` |
|---|---|---|
${rows.join('\n')}

## What core says

\`{name}\` stands for a value of \`error.data\`, \`{name!}\` for one in quotes, \`{name*}\` for a list,
\`{foundText}\` and \`{hint}\` for words that are not in it.

${texts.join('\n')}
## What is in \`error.data\`

| name | what it is |
|---|---|
${glossary.join('\n')}
`
}

/** Keeps what would be Markdown as it is. */
function escaped(text) {
  return text.replaceAll(/[*_<>|]/g, (mark) => `\\${mark}`)
}
