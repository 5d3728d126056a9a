import { type CommandName, commands } from '../commands.js'
import { type Flag, type FlagName, flags } from '../flags.js'
import { checkpointPaths, runIds } from './found-runs.js'
import { shells } from './scripts.js'

/** What candidates are found in. */
export interface Surroundings {
  /** Names of the installed plugins; asked for only where one may stand. */
  readonly pluginNames: () => Promise<readonly string[]>
  /** Keys that `--set` takes. */
  readonly keys: () => Promise<readonly string[]>
}

const RUNS = 'runs'
const ENGINES = ['auto', 'cpu', 'gpu', 'node', 'wasm']

/**
 * What the last of some words may become.
 *
 * @param words those after `regimen`, the last of which is being typed and may be empty
 * @returns nothing where a file is meant, or nothing is known
 */
export async function candidates(
  words: readonly string[],
  around: Surroundings,
): Promise<string[]> {
  // A shell may hand over --flag=value as three words.
  const clean = words.filter((word, index) => word !== '=' || index === words.length - 1)
  const typed = clean.at(-1) === '=' ? '' : (clean.at(-1) ?? '')
  const before = clean.slice(0, -1)
  const all = await possible(before, typed, around)
  return [...new Set(all)].filter((candidate) => candidate.startsWith(typed))
}

async function possible(
  before: readonly string[],
  typed: string,
  around: Surroundings,
): Promise<readonly string[]> {
  const [command, ...rest] = before
  if (command === undefined)
    return typed.startsWith('-') ? ['--help', '--version'] : Object.keys(commands)
  if (!Object.hasOwn(commands, command)) return []
  const known = commands[command as CommandName]
  const flag = flagBefore(rest.at(-1), known.flags)
  if (flag) return valuesOf(flag, around)
  const [, inline, value] = /^--([\w-]+)=(.*)$/.exec(typed) ?? []
  if (inline !== undefined && value !== undefined) {
    const name = known.flags.find((one) => one === inline)
    const values = name ? await valuesOf(name, around) : []
    return values.map((one) => `--${inline}=${one}`)
  }
  if (typed.startsWith('-')) return freeFlags(known.flags, rest)
  return argumentsOf(command as CommandName, positionals(rest, known.flags), around, rest)
}

/** The flag whose value comes next, if the word before is one. */
function flagBefore(
  word: string | undefined,
  known: readonly FlagName[],
): FlagName | undefined {
  const name = known.find((one) => `--${one}` === word)
  const { value, isValueOptional }: Flag = name ? flags[name] : { summary: '' }
  return value && !isValueOptional ? name : undefined
}

/** The flags that may still be given. */
function freeFlags(known: readonly FlagName[], rest: readonly string[]): string[] {
  const isFree = (name: FlagName) =>
    (flags[name] as Flag).isRepeatable ||
    !rest.some((word) => word.split('=')[0] === `--${name}`)
  return known.filter(isFree).map((name) => `--${name}`)
}

/** What is neither a flag nor its value. */
function positionals(rest: readonly string[], known: readonly FlagName[]): string[] {
  return rest.filter(
    (word, index) => !word.startsWith('-') && !flagBefore(rest[index - 1], known),
  )
}

async function valuesOf(
  flag: FlagName,
  { keys, pluginNames }: Surroundings,
): Promise<readonly string[]> {
  if (flag === 'resume') return ['last', 'best', 'auto', ...checkpointPaths(RUNS)]
  if (flag === 'checkpoint') return ['last', 'best', ...checkpointPaths(RUNS)]
  if (flag === 'accelerator' || flag === 'engine') return ENGINES
  if (flag === 'format') return ['tfjs', 'onnx', 'card', 'all']
  if (flag !== 'set') return []
  const names = await pluginNames()
  const plain = (await keys()).filter((key) => key !== 'hparams')
  return [
    ...plain.map((key) => `${key}=`),
    'hparams.',
    ...names.map((name) => `plugins.${name}.`),
  ]
}

async function argumentsOf(
  command: CommandName,
  before: readonly string[],
  { pluginNames }: Surroundings,
  rest: readonly string[],
): Promise<readonly string[]> {
  const [first] = before
  if (command === 'completion') return first === undefined ? shells : []
  if (command === 'export')
    return first === undefined ? ['best', 'last', ...checkpointPaths(RUNS)] : []
  if (command === 'help' && first === undefined)
    return [...Object.keys(commands), ...(await pluginNames())]
  if (command !== 'runs') return []
  if (first === undefined) return ['ls', 'show', 'compare', 'prune']
  const dir = rest[rest.indexOf('--dir') + 1]
  const ids = runIds(rest.includes('--dir') && dir ? dir : RUNS)
  return ids.filter((id) => !before.includes(id))
}
