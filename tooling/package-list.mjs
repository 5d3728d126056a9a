// The lists of packages, from their manifests: `docs/packages.md`, and the table in the README of the repository.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manifestOf } from './manifests.mjs'

const packages = fileURLToPath(new URL('../packages', import.meta.url))
const MARKED = /(?<=<!-- packages -->\n)[\s\S]*?(?=<!-- \/packages -->)/

/** Groups in the order of the page, each with the names of folders that belong to it. */
const groups = [
  ['Start', /^(create-regimen|core|cli|preset-.*|data|dashboard|export)$/],
  ['Plugins', /^(plugin-(?!hello).*|metrics|profiler)$/],
  ['Engines and optimizers', /^(backend-.*|optimizers)$/],
  ['Loggers', /^logger-(?!kit)/],
  ['For authors of plugins and loggers', /^/],
]

/** The page `docs/packages.md`. */
export function packagesPage() {
  const sections = groupsOfPackages().map(
    ([title, rows]) => `## ${title}\n\n${tableOf(rows, '../packages/', '/README.md')}`,
  )
  return `# Packages

Generated from the manifests of the packages by \`npm run docs\`. Do not edit.

All have one version and are installed one by one; \`@regimen/core\` is a peer of every plugin, logger and engine.

${sections.join('\n')}`
}

/** A README in which the table between \`<!-- packages -->\` and \`<!-- /packages -->\` is up to date. */
export function withPackageList(readme) {
  if (!MARKED.test(readme)) throw new Error('README.md has no place for the list of packages.')
  const rows = groupsOfPackages().flatMap(([, own]) => own)
  return readme.replace(MARKED, () => tableOf(rows, 'packages/', ''))
}

/** Every folder of \`packages\` in the first group that it belongs to. */
function groupsOfPackages() {
  const all = readdirSync(packages, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name: folder }) => ({ folder, ...manifestOf(join('packages', folder)) }))
  const groupOf = ({ folder }) => groups.find(([, pattern]) => pattern.test(folder))
  return groups.map((group) => [group[0], all.filter((one) => groupOf(one) === group)])
}

function tableOf(rows, before, after) {
  const lines = rows.map(({ folder, name, description, private: isPrivate }) => {
    const note = isPrivate ? ' (not published: an example to copy)' : ''
    return `| [\`${name}\`](${before}${folder}${after}) | ${description}${note} |`
  })
  return `| package | what it is |\n|---|---|\n${lines.join('\n')}\n`
}
