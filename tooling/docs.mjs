// Writes the generated pages of docs/ from the tables in core; `--check` only compares.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorCodes, lifecycle } from '../packages/core/dist/index.js'

const docs = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs')
const isCheck = process.argv.includes('--check')
const stale = [page('hooks.md', hooksPage()), page('errors.md', errorsPage())].filter(Boolean)
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run "npm run docs" and commit.`)
  process.exitCode = 1
}

function page(name, text) {
  const path = join(docs, name)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return undefined
  if (isCheck) return name
  writeFileSync(path, text)
  return undefined
}

function hooksPage() {
  const rows = Object.entries(lifecycle).map(([name, { kind, about, depth, counter }]) => {
    const isReversed = name.endsWith('End') || name === 'teardown'
    const label = `${'&emsp;'.repeat(depth)}\`${name}\``
    return `| ${label} | ${kind} | ${about} | ${isReversed ? 'reverse' : ''} | ${counter ?? ''} |`
  })
  return `# The lifecycle

Generated from \`packages/core/src/lifecycle.ts\` by \`npm run docs\`. Do not edit.

**Hooks act, streams watch.** A hook is awaited, ordered, may change or stop the run, and its errors
end it. \`trainer.events$\` and \`trainer.on(name)\` only watch: nothing waits for them, and what they
throw is reported and contained.

| kind | tapped with | may |
|---|---|---|
| series | \`tap\`, \`tapPromise\` | act; awaited one after the other |
| waterfall | \`tap\`, \`tapPromise\` | return a new value; \`undefined\` keeps the old one |
| sync waterfall | \`tap\` | the same, inside the gradient tape |
| wrap | \`wrapStep\` | stand around the heart of a step |
| stream | \`on\` | only be watched |

Payloads count completed things: the first \`batchEnd\` has \`step\` 1. \`step\` counts batches in which
weights changed, once each, however many optimizers there are and however often a module calls
\`optimize\`: the first \`stepEnd\` of a batch has it counted already, and so have all that follow in that
batch. Ends carry an \`outcome\`: \`completed\`, \`stopped\`, \`interrupted\`, \`failed\` or \`skipped\`. The last
column is the counter that \`on(name, { every: n })\` divides.

| name | kind | when | order | every |
|---|---|---|---|---|
${rows.join('\n')}
`
}

function errorsPage() {
  const messages = JSON.parse(
    readFileSync(join(docs, '../packages/core/src/messages.json'), 'utf8'),
  )
  const textsOf = (code) => Object.keys(messages).filter((key) => key.startsWith(`${code}.`))
  const rows = Object.entries(errorCodes).map(([code, about]) => `| \`${code}\` | ${about} |`)
  const texts = Object.keys(errorCodes)
    .filter((code) => textsOf(code).length > 0)
    .map(
      (code) =>
        `\`${code}\`\n\n${textsOf(code)
          .map((key) => `- ${escaped(messages[key])}`)
          .join('\n')}\n`,
    )
  return `# Errors

Generated from the catalog \`packages/core/src/messages.json\` by \`npm run docs\`. Do not edit.

Every error of Regimen is a \`RegimenError\` with a \`code\`, and \`plugin\`, \`hook\` and \`cause\` where
they are known. Its text says what happened, what was found instead and what to do.

| code | what it means |
|---|---|
${rows.join('\n')}

## What core says

\`{name}\` stands for a value, \`{name!}\` for one in quotes, \`{name*}\` for a list.

${texts.join('\n')}`
}

/** Keeps what would be Markdown as it is. */
function escaped(text) {
  return text.replaceAll(/[*_<>|]/g, (mark) => `\\${mark}`)
}
