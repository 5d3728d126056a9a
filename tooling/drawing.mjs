/**
 * Draws which folders of core import which, as dependency-cruiser sees it, into ARCHITECTURE.md. With
 * `--check` it fails where the drawing is stale. An arrow that others imply is not drawn.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { cruise } from 'dependency-cruiser'
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const page = join(root, 'ARCHITECTURE.md')
const SOURCES = 'packages/core/src/'
const BEGIN = '<!-- drawing: npm run docs -->\n'
const END = '<!-- end of drawing -->'

process.chdir(root)
const options = await extractDepcruiseOptions('./.dependency-cruiser.cjs')
const { output } = await cruise([SOURCES], options, undefined, {
  tsConfig: extractTSConfig('./tsconfig.json'),
})

const text = readFileSync(page, 'utf8')
const start = text.indexOf(BEGIN) + BEGIN.length
const drawn =
  text.slice(0, start) + drawing(edgesOf(output.modules)) + text.slice(text.indexOf(END))
if (!process.argv.includes('--check')) writeFileSync(page, drawn)
else if (drawn !== text) {
  process.stderr.write('ARCHITECTURE.md is stale: run "npm run docs".\n')
  process.exitCode = 1
}

/** The folder of a file, or the file itself where it lies in none; `undefined` outside of core. */
function folderOf(path) {
  if (!path.startsWith(SOURCES) || path.endsWith('.d.ts') || path.endsWith('/index.ts')) return
  return path.slice(SOURCES.length).split('/')[0]
}

/** Which folder imports which, without the arrows that follow from others. */
function edgesOf(modules) {
  const imported = new Map()
  for (const { source, dependencies } of modules) {
    const from = folderOf(source)
    if (!from) continue
    if (!imported.has(from)) imported.set(from, new Set())
    for (const { resolved } of dependencies) {
      const to = folderOf(resolved)
      if (to && to !== from) imported.get(from).add(to)
    }
  }
  const reaches = (from, to) =>
    [...(imported.get(from) ?? [])].some((next) => next === to || reaches(next, to))
  return [...imported]
    .flatMap(([from, targets]) =>
      [...targets]
        .filter((to) => ![...targets].some((other) => other !== to && reaches(other, to)))
        .map((to) => `  ${from} --> ${to}\n`),
    )
    .sort()
    .join('')
}

function drawing(edges) {
  return `\`\`\`mermaid\ngraph TD\n${edges}\`\`\`\n`
}
