import { spawnSync } from 'node:child_process'
import { basename, relative, resolve } from 'node:path'
import pc from 'picocolors'
import { version } from '../package.json'
import { type Arguments, checkFit, parseArguments } from './arguments.js'
import {
  askChoices,
  askFolder,
  askPluginName,
  Cancelled,
  confirm,
  type Terminal,
} from './ask.js'
import { dataChoices, defaultPlugins, type PackageManager } from './choices.js'
import { helpText } from './help.js'
import { checkPackageName, pluginNames } from './names.js'
import { commandsOf, packageManagerOf } from './package-manager.js'
import { pluginFiles } from './plugin-files.js'
import { projectFiles } from './project-files.js'
import { type Files, openTemplates, type Templates } from './templates.js'
import { UsageError } from './usage-error.js'
import { contentOf, recover, writeFiles } from './write-files.js'

/** Where the command runs. */
export interface Surroundings {
  readonly cwd: string
  /** The folder of templates. */
  readonly templates: string
  /** Whether questions can be asked. */
  readonly isInteractive: boolean
  /** Where they are asked; the terminal of the process if nothing is said. */
  readonly terminal?: Terminal
  readonly userAgent?: string | undefined
  readonly print: (text: string) => void
  readonly printError: (text: string) => void
}

/** Does what a command line says. @returns the exit code: 0 done, 1 failed, 2 bad usage, 130 cancelled */
export async function run(
  words: readonly string[],
  place: Surroundings,
): Promise<number> {
  try {
    const args = parseArguments(words)
    if (args.help || args.version) {
      place.print(args.help ? helpText() : `${version}\n`)
      return 0
    }
    return args.kind === 'plugin'
      ? await makePlugin(args, place)
      : await makeProject(args, place)
  } catch (thrown) {
    if (thrown instanceof Cancelled) {
      place.printError('Cancelled: nothing was written.\n')
      return 130
    }
    const isUsage = thrown instanceof UsageError
    place.printError(
      `${pc.red('error')} ${isUsage ? thrown.message : failureText(thrown)}\n`,
    )
    if (isUsage) place.printError('See npm create regimen -- --help.\n')
    return isUsage ? 2 : 1
  }
}

async function makeProject(args: Arguments, place: Surroundings): Promise<number> {
  const templates = openTemplates(place.templates)
  const asks = place.isInteractive && !args.yes
  const nameOf = (folder: string) =>
    checkPackageName(args.name ?? basename(resolve(place.cwd, folder)))
  const target =
    args.target ??
    (asks ? await askFolder(nameOf, place.terminal ?? {}) : 'my-regimen-project')
  const name = nameOf(target)
  const folder = resolve(place.cwd, target)
  await checkFolder(folder, args, asks, place)
  const { data, model, plugins } = asks
    ? await askChoices(args, place.terminal ?? {})
    : defaultsFor(args)
  checkFit(data, model)
  const packageManager = args.packageManager ?? packageManagerOf(place.userAgent)
  const choices = { name, data, model, plugins, packageManager }
  return finish({
    folder,
    files: projectFiles(choices, templates),
    args,
    asks,
    place,
    packageManager,
  })
}

/** The defaults of what is not known: data that fit the model, and the model that fits the data best. */
function defaultsFor({ data, model, plugins }: Arguments) {
  const choice =
    dataChoices.find(({ name }) => name === data) ??
    dataChoices.find(({ models }) => model === undefined || models.includes(model)) ??
    dataChoices[0]
  const { name, models } = choice as (typeof dataChoices)[number]
  return {
    data: name,
    model: model ?? (models[0] as (typeof models)[number]),
    plugins: plugins ?? defaultPlugins,
  }
}

async function makePlugin(args: Arguments, place: Surroundings): Promise<number> {
  const templates: Templates = openTemplates(place.templates)
  const asks = place.isInteractive && !args.yes
  const check = (name: string) => pluginNames(name, templates.packages)
  if (args.target === undefined && !asks) {
    throw new UsageError('the plugin has no name: npm create regimen plugin stop-below.')
  }
  const names = check(args.target ?? (await askPluginName(check, place.terminal ?? {})))
  const folder = resolve(place.cwd, names.package)
  await checkFolder(folder, args, asks, place)
  const packageManager = args.packageManager ?? packageManagerOf(place.userAgent)
  const files = pluginFiles(names, packageManager, templates)
  return finish({ folder, files, args, asks, place, packageManager })
}

async function checkFolder(
  folder: string,
  { force }: Arguments,
  asks: boolean,
  place: Surroundings,
): Promise<void> {
  const { isNeeded, changed } = recover(folder)
  if (isNeeded) place.print(recoveredText(folder, changed))
  const content = contentOf(folder)
  if (content.length === 0 || force) return
  const some = content.slice(0, 5).map((name) => `"${name}"`)
  const rest = content.length > 5 ? ` and ${content.length - 5} more` : ''
  const text = `${folder} is not empty: it has ${some.join(', ')}${rest}.`
  if (asks) {
    const question = `${text} Write into it, and replace files of the same names?`
    if (await confirm(question, false, place.terminal ?? {})) return
    throw new Cancelled(text)
  }
  throw new UsageError(
    `${text} Choose another folder; --force replaces files of the same names.`,
  )
}

/** What was taken back of a run that was killed. */
function recoveredText(folder: string, changed: readonly string[]): string {
  const text = `A run before this one was killed while it wrote to ${folder}: what it wrote is removed, and what it replaced is back.`
  if (changed.length === 0) return `${text}\n`
  return `${text} Changed since, and left as they are: ${changed.join(', ')}; what was there before is beside them, as ".old".\n`
}

interface Ending {
  readonly folder: string
  readonly files: Files
  readonly args: Arguments
  readonly asks: boolean
  readonly place: Surroundings
  readonly packageManager: PackageManager
}

async function finish({ folder, files, args, asks, place, packageManager }: Ending) {
  const commands = commandsOf[packageManager]
  const installs =
    args.install ??
    (asks &&
      (await confirm(`Run "${commands.install}" now?`, true, place.terminal ?? {})))
  writeFiles(folder, files)
  const shown = relative(place.cwd, folder) || '.'
  place.print(`\nMade ${shown}: ${Object.keys(files).length} files.\n`)
  if (installs) {
    const [command = '', ...rest] = commands.install.split(' ')
    const isWindows = process.platform === 'win32'
    const { status } = spawnSync(command, rest, {
      cwd: folder,
      stdio: 'inherit',
      shell: isWindows,
    })
    if (status !== 0) {
      place.printError(
        `"${commands.install}" failed; the files are there. Try it again in ${shown}.\n`,
      )
      return 1
    }
  }
  const isPlugin = args.kind === 'plugin'
  const steps = [
    shown === '.'
      ? []
      : [`cd ${/^[\w./-]+$/.test(shown) ? shown : JSON.stringify(shown)}`],
    installs ? [] : [commands.install],
    isPlugin ? [commands.test, `${commands.script} check`] : [commands.start],
  ].flat()
  place.print(`\n${steps.map((step) => `  ${step}`).join('\n')}\n\n`)
  return 0
}

/** What went wrong, and that nothing is left of it. */
function failureText(thrown: unknown): string {
  const error = thrown as NodeJS.ErrnoException
  const reasons: Readonly<Record<string, string>> = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the quota of the disk is used up',
    EACCES: 'you may not write there',
    EPERM: 'you may not write there',
    EROFS: 'it cannot be written to',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'a part of the path is a file',
    ENAMETOOLONG: 'the name is too long',
  }
  const reason = reasons[error.code ?? '']
  if (reason === undefined) return error.message
  return `${error.path ?? 'The folder'}: ${reason}. Nothing was written.`
}
