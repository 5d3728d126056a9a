import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type ErrorData,
  isRegimenError,
  messageOf,
  RegimenError,
} from '../floor/errors.js'
import { type ConfigTools, configTools, type Importer } from './config-tools.js'
import { transformOf } from './plug-n-play.js'

/** As seen from where, and with which tools, packages are imported. */
export interface ImportPlace {
  /** Path of the file that imports them: the config. */
  readonly from: string
  /** Those of the caller; default: where core finds them. */
  readonly tools?: ConfigTools
}

type Exports = Readonly<Record<string, unknown>>
type Problem = Partial<Error & { reason: string; mark: { line: number } }>

/** A folder and all above it, nearest first. */
export function foldersUp(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...foldersUp(parent)]
}

/**
 * The default export of a TypeScript or JavaScript file.
 *
 * @throws whatever the file throws, and REG_CONFIG_INVALID where it has none
 */
export async function importDefault(path: string, tools?: ConfigTools): Promise<unknown> {
  const importer = await importerAt(path, tools, true)
  const file = fileURLToPath(importer.esmResolve(path))
  if (!/\.[cm]?[jt]s$/.test(file)) return importer.import(file, { default: true })
  const source = readFileSync(file, 'utf8')
  // Also a JavaScript file is transpiled: as Node would run it, it could not import TypeScript.
  const options = { filename: file, async: true, forceTranspile: true }
  const loaded = (await importer.evalModule(source, options)) as Exports
  const isCommonJs = /\bmodule\.exports\s*=/.test(source)
  if (isCommonJs || 'default' in loaded) return loaded.default
  const text = `${path} has no default export; write "export default defineConfig({ … })".`
  throw new RegimenError('REG_CONFIG_INVALID', text, { data: { file: path } })
}

/**
 * Everything that a package exports, as a file would import it.
 *
 * @param from path of that file
 * @param tools those of the caller; default: where core finds them
 * @returns nothing where the package is not installed
 * @throws REG_CONFIG_UNREADABLE where there are no tools
 */
export async function importPackage(
  name: string,
  from: string,
  tools?: ConfigTools,
): Promise<Exports | undefined> {
  const importer = await importerAt(from, tools)
  const url = importer.esmResolve(name, { try: true })
  return url === undefined ? undefined : await import(/* @vite-ignore */ url)
}

/** Names of the packages that a file in a folder can import, as far as they begin with one of the given. */
export function installedPackages(
  folder: string,
  beginnings: readonly string[],
): string[] {
  const modules = foldersUp(folder).map((one) => join(one, 'node_modules'))
  const names = modules.flatMap((one) => [
    ...entriesOf(one),
    ...entriesOf(join(one, '@regimen')).map((name) => `@regimen/${name}`),
  ])
  return [...new Set(names)].filter((name) =>
    beginnings.some((one) => name.startsWith(one)),
  )
}

const entriesOf = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder) : []

/**
 * The error for a file that could not be loaded, with the line where it is known; it keeps a code it
 * has. One whose `data.file` is that file names it already and stays as it is.
 */
export function unreadable(path: string, thrown: unknown, content = ''): RegimenError {
  const known: ErrorData = isRegimenError(thrown) ? thrown.data : {}
  if (isRegimenError(thrown) && known.file === path) return thrown
  // Parsers name the place of a mistake in the text of their errors only, each in its own way.
  const message = messageOf(thrown)
  const { reason, mark, stack = '' } = Object(thrown) as Problem
  const [first = '', second = ''] = message.split('\n')
  const [, file = path, lineOfParser] = /^\s*(.+):(\d+):\d+$/.exec(second) ?? []
  const position = /at position (\d+)/.exec(message)?.[1]
  const lineInText = position && content.slice(0, Number(position)).split('\n').length
  const lineInStack = /^\d+/.exec(stack.split(`${path}:`)[1] ?? '')?.[0]
  const found = lineOfParser ?? (mark && mark.line + 1) ?? lineInText ?? lineInStack
  const line = found === undefined ? undefined : Number(found)
  const place =
    line === undefined ? '' : ` (${file === path ? '' : `${file}, `}line ${line})`
  const code = isRegimenError(thrown) ? thrown.code : 'REG_CONFIG_UNREADABLE'
  const text = `${path}: ${(reason ?? first).trim()}${place}${howToInstall(first)}`
  const data = { ...known, file, ...(line !== undefined && { line }) }
  return new RegimenError(code, text, { cause: thrown, data })
}

/** Where a package is missing, how to get it. */
function howToInstall(message: string): string {
  const found =
    /^Cannot find (?:module|package) '((?:@[\w.-]+\/)?\w[\w.-]*)(?:\/[^']*)?'/.exec(
      message,
    )
  return found ? `. Run npm install ${found[1]}.` : ''
}

/**
 * Installed packages are left to Node: transpiled here, tfjs would exist a second time.
 *
 * @param withPaths whether names count that the nearest `tsconfig.json` gives to files by `paths`
 */
async function importerAt(
  path: string,
  tools: ConfigTools | undefined,
  withPaths = false,
): Promise<Importer> {
  const { createJiti } = (await configTools(tools)).jiti
  const folders = foldersUp(dirname(path)).map((folder) => join(folder, 'node_modules'))
  const nativeModules = folders.flatMap(entriesOf)
  // Nothing is written to disk unless jiti's own variable asks for it.
  const fsCache = process.env.JITI_FS_CACHE === 'true'
  const plain = { fsCache, moduleCache: false, nativeModules }
  const options =
    process.versions.pnp === undefined
      ? plain
      : { ...plain, transform: transformOf(createJiti(path, plain)) }
  if (!withPaths) return createJiti(path, options)
  try {
    return createJiti(path, { ...options, tsconfigPaths: true })
  } catch {
    // A tsconfig.json that cannot be read, such as one that extends a package that is not installed.
    return createJiti(path, options)
  }
}
