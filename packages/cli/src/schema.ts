import { join } from 'node:path'
import {
  configJsonSchema,
  optionLines,
  optionRows,
  pluginSchemas,
  suggestion,
} from '@regimen/core/config'
import type { CommandContext } from './command-context.js'
import { tools } from './config-tools.js'
import { helpFor, isCommand } from './help.js'
import { UsageError } from './usage-error.js'

/** Prints the JSON schema of a config in JSON or YAML, with the options of the installed plugins. */
export async function schema({ args, streams }: CommandContext): Promise<void> {
  const plugins = await pluginSchemas({ from: placeOf(args.flags.config), tools })
  streams.stdout.write(`${JSON.stringify(configJsonSchema(plugins), undefined, 2)}\n`)
}

/**
 * Prints the options of an installed plugin, or the help of a command; without a name the commands.
 *
 * @throws UsageError for a plugin that is not installed, or does not say what it takes
 */
export async function help({ args, streams }: CommandContext): Promise<void> {
  const { argument: name } = args
  if (name === undefined || isCommand(name)) {
    streams.stdout.write(helpFor(name))
    return
  }
  const plugins = await pluginSchemas({ from: placeOf(args.flags.config), tools })
  const plugin = plugins.find((one) => one.name === name)
  if (!plugin) {
    const names = plugins.map((one) => one.name)
    const near = suggestion(name, names)
    const known = names.join(', ') || 'none'
    throw new UsageError(
      `No plugin "${name}" is installed.${near} Installed are ${known}.`,
    )
  }
  const lines = optionLines(optionRows(plugin.options))
  streams.stdout.write(`Options of ${name}:\n\n${lines}\n`)
}

/** Where plugins are looked for: beside the config. */
const placeOf = (config = 'trainer.config.json'): string => join(process.cwd(), config)
