import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { parseArguments } from '../packages/cli/src/arguments.js'
import { parseArguments as parseCreate } from '../packages/create-regimen/src/arguments.js'
import { fencesOf } from './helpers/code-blocks.js'
import { userPages } from './helpers/pages.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const folders = ['.', ...['packages', 'examples'].flatMap(foldersIn)]
const manifests = folders.map((folder) => JSON.parse(read(`${folder}/package.json`)))
/** What may be installed: packages of the repository, and what they or the workspace name. */
const packages = new Set(
  manifests.flatMap(({ name, dependencies, peerDependencies, devDependencies }) => [
    name,
    ...Object.keys({ ...dependencies, ...peerDependencies, ...devDependencies }),
  ]),
)
/** Of the repository, of its examples, and of what `npm create regimen` makes. */
const scripts = new Set([
  ...manifests.flatMap((manifest) => Object.keys(manifest.scripts ?? {})),
  ...['project', 'plugin'].flatMap((kind) =>
    scriptsIn(read(`packages/create-regimen/src/${kind}-files.ts`)),
  ),
])
const lines = userPages().flatMap((page) =>
  fencesOf(join(root, page))
    .filter(({ language }) => language === 'sh')
    .flatMap(({ line, code }) =>
      code.split('\n').map((text, index) => [`${page}:${line + index}`, text] as const),
    ),
)

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function foldersIn(path: string): string[] {
  const names = readdirSync(join(root, path)).map((name) => `${path}/${name}`)
  return names.filter((folder) => existsSync(join(root, folder, 'package.json')))
}

/** The names in `scripts: { … }` of a source. */
function scriptsIn(source: string): string[] {
  const [, body = ''] = source.match(/\bscripts: \{(.*?)\n {4}\}/s) ?? []
  return [...body.matchAll(/^ +(\w+): '/gm)].map(([, name]) => name as string)
}

/** What is wrong with a line of a shell, `undefined` if nothing is. */
async function faultOf(line: string): Promise<string | undefined> {
  const commands = line.replace(/(^|\s)#.*$/, '').split('&&')
  const faults = await Promise.all(commands.map((command) => faultOfCommand(command.trim())))
  return faults.find((fault) => fault !== undefined)
}

async function faultOfCommand(command: string): Promise<string | undefined> {
  const [program, ...words] = command.split(/\s+/)
  const [verb = '', ...rest] = words
  if (program === '' || program === 'cd') return undefined
  if (program === 'npx' && verb === 'regimen') return refusal(() => parseArguments(rest))
  if (program === 'npm' && verb === 'create' && rest[0] === 'regimen') {
    const typed = rest.slice(1).filter((word) => word !== '--')
    return refusal(async () => parseCreate(typed))
  }
  if ((program === 'npm' && verb === 'install') || (program === 'pnpm' && verb === 'add')) {
    const names = rest.filter((word) => !word.startsWith('-'))
    const unknown = names.find((name) => !packages.has(name.replace(/(?<=.)@[^@/]*$/, '')))
    return unknown && `nobody knows the package ${unknown}`
  }
  const script = verb === 'run' ? rest[0] : verb
  if (program === 'npm' && script && scripts.has(script)) return undefined
  return `not a command that is checked: ${command}`
}

/** What a parser of arguments refuses. */
async function refusal(parse: () => Promise<unknown>): Promise<string | undefined> {
  return parse().then(
    () => undefined,
    (error: Error) => error.message,
  )
}

it.each(lines)('%s is a command that exists: %s', async (_, line) => {
  expect(await faultOf(line)).toBeUndefined()
})

it.each([
  ['npx regimen fit --resumed last', /--resumed/],
  ['npx regimen fits', /fits/],
  ['npx regimen view --keep 3', /--keep/],
  ['npm create regimen x -- --modell lstm', /--modell/],
  ['npm create regimen x -- --data table --model lstm', /lstm/],
  ['npm install @regimen/plugin-early-stoping', /nobody knows/],
  ['cd x && npm run nothing', /not a command/],
  ['yarn dlx regimen', /not a command/],
])('a line that is wrong is found: %s', async (line, fault) => {
  expect(await faultOf(line)).toMatch(fault)
})

it('every block of a page is of a kind whose check is known', () => {
  // ts: compiled and run, or only compiled; sh: above; mermaid: made by npm run docs; the others are for reading.
  const kinds = ['ts', 'sh', 'mermaid', 'text', 'md', '']
  const others = userPages()
    .flatMap((page) => fencesOf(join(root, page)))
    .filter(({ language }) => !kinds.includes(language))
  expect(others.map(({ path, line, language }) => `${path}:${line} ${language}`)).toEqual([])
})
