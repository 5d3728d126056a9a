import { parseArgs } from 'node:util'
import { type CommandName, commands } from './commands.js'
import { type Flag, type FlagName, flags } from './flags.js'
import { UsageError } from './usage-error.js'

/** What was typed. A switch, and a flag without its optional value, is an empty string. */
export interface Arguments {
  /** Absent for `regimen --help` and `regimen --version`. */
  readonly command: CommandName | undefined
  /** The word after the command, if the command takes one. */
  readonly argument: string | undefined
  /** The words after that, if the command takes more. */
  readonly more?: readonly string[]
  readonly flags: { readonly [Name in FlagName]?: string }
  /** Every `--set`, in order. */
  readonly settings: readonly string[]
}

const SHORT: Readonly<Record<string, FlagName>> = { h: 'help', v: 'version' }

/**
 * Reads a command line. Loads what suggests a name only if one is wrong.
 *
 * @throws UsageError for everything that would otherwise be ignored
 */
export async function parseArguments(args: readonly string[]): Promise<Arguments> {
  const tokens = tokensOf(args)
  const words = wordsOf(tokens)
  const command = await commandOf(words[0])
  const typed: { [Name in FlagName]?: string } = {}
  const settings: string[] = []
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const name = await flagOf(SHORT[token.name] ?? token.name, token.rawName, command)
    const value = flagValue(name, token.value, token.inlineValue === true)
    if (name === 'set') settings.push(value)
    else if (name in typed) throw new UsageError(`--${name} was given twice.`)
    else typed[name] = value
  }
  const argument = command && commands[command].argument ? words[1] : undefined
  const known = words.slice(0, argument === undefined ? 1 : 2)
  const more = command && commands[command].more ? words.slice(known.length) : []
  const extra = more.length > 0 ? undefined : words[known.length]
  if (extra !== undefined) {
    throw new UsageError(`"${extra}" was not expected after ${known.join(' ')}.`)
  }
  const isHelp = typed.help !== undefined || typed.version !== undefined
  if (!command && !isHelp) throw new UsageError('Give a command.')
  return { command, argument, flags: typed, settings, ...(more.length > 0 && { more }) }
}

/** The command of a command line, also of one that {@link parseArguments} refuses. */
export function typedCommand(args: readonly string[]): CommandName | undefined {
  const [word] = wordsOf(tokensOf(args))
  return word !== undefined && Object.hasOwn(commands, word)
    ? (word as CommandName)
    : undefined
}

function tokensOf(args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries<Flag>(flags).map(([name, { value, isValueOptional }]) => {
      const type: 'boolean' | 'string' = value && !isValueOptional ? 'string' : 'boolean'
      return [name, { type }]
    }),
  )
  const config = { options, strict: false, allowPositionals: true, tokens: true } as const
  return parseArgs({ args: [...args], ...config }).tokens
}

/** What is neither a flag nor the value of one. */
function wordsOf(tokens: ReturnType<typeof tokensOf>): string[] {
  return tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
}

async function commandOf(word: string | undefined): Promise<CommandName | undefined> {
  if (word === undefined || Object.hasOwn(commands, word))
    return word as CommandName | undefined
  const known = Object.keys(commands)
  const { suggestion } = await import('@regimen/core/config')
  const near = suggestion(word, known)
  throw new UsageError(
    `There is no command "${word}".${near} There are ${known.join(', ')}.`,
  )
}

async function flagOf(
  name: string,
  rawName: string,
  command: CommandName | undefined,
): Promise<FlagName> {
  const known = command ? commands[command].flags : (['help', 'version'] as const)
  if ((known as readonly string[]).includes(name)) return name as FlagName
  if (name === 'version') return name
  const takers = Object.keys(commands).filter((other) =>
    (commands[other as CommandName].flags as readonly string[]).includes(name),
  )
  const place = command ? `regimen ${command}` : 'regimen without a command'
  if (takers.length > 0) {
    throw new UsageError(
      `${place} has no flag ${rawName}. It belongs to ${takers.join(', ')}.`,
    )
  }
  const { optionHint } = await import('@regimen/core/config')
  throw new UsageError(`${place} has no flag ${rawName}.${optionHint(name, known)}`)
}

function flagValue(name: FlagName, value: unknown, isInline: boolean): string {
  const { value: wanted, isValueOptional }: Flag = flags[name]
  if (!wanted || (isValueOptional && !isInline)) {
    if (isInline) throw new UsageError(`--${name} takes no value.`)
    return ''
  }
  const isFlag = !isInline && /^-\D/.test(String(value))
  if (typeof value === 'string' && value !== '' && !isFlag) return value
  throw new UsageError(`--${name} needs a value: --${name} <${wanted}>.`)
}
