import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { installedPlugins, pluginNames, resolvePlugins } from '@regimen/core/config'
import type { CommandContext } from './command-context.js'
import { tools } from './config-tools.js'
import { readConfig } from './project.js'
import { UsageError } from './usage-error.js'

const FILE = 'regimen-env.d.ts'
/** How the file begins: one that begins otherwise is somebody else's. */
const MARK = '// Written by "regimen types", which overwrites this file'

/**
 * Writes `regimen-env.d.ts` beside the config, so that the compiler knows every plugin that the config
 * may name, with its options: the installed ones, since an entry may be there on a condition only.
 *
 * @throws UsageError for a config that no compiler reads, and for a file that is not its own;
 *   REG_PLUGIN_NOT_FOUND if the config names what is not installed
 */
export async function types({ args, streams }: CommandContext): Promise<void> {
  const { config, path } = await readConfig(args.flags.config)
  if (!/\.[cm]?[jt]s$/.test(path)) {
    const advice = 'Names are checked in a trainer.config.ts that calls defineConfig().'
    throw new UsageError(`No compiler reads ${path}. ${advice}`)
  }
  const from = { from: path, tools }
  const installed = installedPlugins(from)
  const named = pluginNames(config.plugins ?? [], from)
  await resolvePlugins(missingIn(installed, named), from)
  const typed = installed.filter((plugin) => hasTypes(folderOf(plugin.package, path)))
  const text = textOf({
    config: basename(path),
    packages: typed.map((plugin) => plugin.package),
    untyped: missingIn(typed, named),
  })
  const file = join(dirname(path), FILE)
  const isNew = write(file, text)
  const count = typed.length === 1 ? '1 plugin' : `${typed.length} plugins`
  const what = isNew ? 'has the types of' : 'was up to date with the types of'
  streams.stdout.write(`${file} ${what} ${count}.\n`)
}

/** The names that no plugin of a list has, each once. */
function missingIn(
  plugins: readonly { readonly name: string }[],
  names: readonly string[],
) {
  const known = new Set(plugins.map((plugin) => plugin.name))
  return [...new Set(names)].filter((name) => !known.has(name))
}

/** Where a package that a config may import is installed. */
function folderOf(name: string, config: string): string {
  for (let folder = dirname(config); ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name)
    if (existsSync(place) || folder === dirname(folder)) return place
  }
}

/** Whether the declarations of a package have the options of a plugin. */
function hasTypes(folder: string): boolean {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name !== 'node_modules' && hasTypes(path)
    return (
      /\.d\.[cm]?ts$/.test(entry.name) &&
      /\bPluginOptionsMap\b/.test(readFileSync(path, 'utf8'))
    )
  })
}

interface Content {
  readonly config: string
  /** Packages that have types. */
  readonly packages: readonly string[]
  /** Names of plugins that have none: any options go with them. */
  readonly untyped: readonly string[]
}

function textOf({ config, packages, untyped }: Content): string {
  const options = untyped.map((name) => `    '${name}': object\n`).join('')
  return [
    `${MARK}: the plugins that ${config} may name.\n`,
    ...['@regimen/core', ...packages].map((name) => `import type {} from '${name}'\n`),
    "\ndeclare module '@regimen/core' {\n",
    '  interface CompleteNames {\n    plugins: true\n  }\n',
    options && `  interface PluginOptionsMap {\n${options}  }\n`,
    '}\n',
  ].join('')
}

/** Writes a file of this command; gives whether it was another before. @throws UsageError */
function write(file: string, text: string): boolean {
  const found = lstatSync(file, { throwIfNoEntry: false })
  const before = found?.isFile() ? readFileSync(file, 'utf8') : undefined
  if (found && !before?.startsWith(MARK)) {
    const text = `${file} is not of "regimen types", which would overwrite it.`
    throw new UsageError(`${text} Move it, or delete it.`)
  }
  if (before !== text) writeFileSync(file, text)
  return before !== text
}
