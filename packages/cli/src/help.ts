import { type CommandName, commands } from './commands.js'
import { type Flag, type FlagName, flags } from './flags.js'
import { settingLines } from './setting-lines.js'

/** Whether a word is a command. */
export const isCommand = (word: string): word is CommandName =>
  Object.hasOwn(commands, word)

/** Whether a command takes `--set`. */
const takesSettings = (command: CommandName): boolean =>
  commands[command].flags.includes('set')

/** The help for a command, or for all of them. Loads neither core nor tfjs. */
export function helpFor(command: CommandName | undefined): string {
  if (command) {
    const { summary, argument, more, flags: names, examples } = commands[command]
    const words = `${argument ? `[${argument}] ` : ''}${more ? `[${more}] ` : ''}`
    return page(
      `regimen ${command} ${words}[flags]`,
      `${command} ${summary}.`,
      'Flags',
      names.map(row),
      examples,
      takesSettings(command) ? settingLines : undefined,
    )
  }
  const rows = Object.entries(commands).map(
    ([name, { summary }]) => [name, summary] as const,
  )
  const summary = 'Trains TensorFlow.js models as trainer.config.ts says.'
  const examples = ['regimen fit --max-epochs 3', 'regimen fit --help', 'regimen doctor']
  return page('regimen <command> [flags]', summary, 'Commands', rows, examples)
}

type Row = readonly [name: string, summary: string]

function row(name: FlagName): Row {
  const { value, isValueOptional, summary }: Flag = flags[name]
  if (!value) return [`--${name}`, summary]
  return [isValueOptional ? `--${name}[=${value}]` : `--${name} <${value}>`, summary]
}

const PLUGIN_LINE =
  '  plugins        options of a plugin of the config: --set plugins.<plugin>.<option>=<value>; see regimen help <plugin>'

function page(
  usage: string,
  summary: string,
  title: string,
  rows: readonly Row[],
  examples: readonly string[],
  settings?: string,
): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  const lines = rows.map(([name, text]) => `  ${name.padEnd(width)}${text}`)
  const shown = examples.map((example) => `  ${example}`)
  const codes =
    'Exit codes: 0 done, 1 error, 2 bad usage, 130 after SIGINT, 143 after SIGTERM, 129 after SIGHUP.'
  return [
    usage,
    '',
    summary,
    '',
    `${title}:`,
    ...lines,
    ...(settings === undefined
      ? []
      : ['', 'Keys of the config, as --set takes them:', settings, PLUGIN_LINE]),
    '',
    'Examples:',
    ...shown,
    '',
    codes,
    '',
  ].join('\n')
}
