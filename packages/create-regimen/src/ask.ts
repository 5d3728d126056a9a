import type { Readable, Writable } from 'node:stream'
import * as clack from '@clack/prompts'
import {
  type Choice,
  dataChoices,
  dataNamed,
  defaultPlugins,
  modelChoices,
  type ProjectChoices,
  pluginChoices,
} from './choices.js'
import type { PluginNames } from './names.js'
import { UsageError } from './usage-error.js'

/** The person pressed Ctrl-C or Escape at a question. */
export class Cancelled extends Error {}

/** Where questions are asked and answered; the terminal of the process where nothing is said. */
export interface Terminal {
  readonly input?: Readable
  readonly output?: Writable
}

/** What is known before the questions; the others are asked. */
export type Known = Partial<Omit<ProjectChoices, 'name' | 'packageManager'>>

/** Asks for the folder of a project. */
export async function askFolder(
  check: (folder: string) => void,
  terminal: Terminal,
): Promise<string> {
  const fallback = 'my-regimen-project'
  const validate = (text = '') => complaintOf(() => check(text || fallback))
  const message = 'Where to make the project?'
  return answer(
    await clack.text({
      ...terminal,
      message,
      placeholder: fallback,
      defaultValue: fallback,
      validate,
    }),
  )
}

/** Asks for the name of a plugin. */
export async function askPluginName(
  check: (name: string) => PluginNames,
  terminal: Terminal,
): Promise<string> {
  const validate = (text = '') => complaintOf(() => check(text))
  const message = 'What is the plugin called?'
  return answer(
    await clack.text({ ...terminal, message, placeholder: 'stop-below', validate }),
  )
}

/** Asks for what is not known yet. */
export async function askChoices(
  known: Known,
  terminal: Terminal,
): Promise<Required<Known>> {
  const fitting = dataChoices.filter(
    ({ models }) => known.model === undefined || models.includes(known.model),
  )
  const data = known.data ?? (await select('What does it train on?', fitting, terminal))
  const { models } = dataNamed(data)
  const offered = models.flatMap((name) =>
    modelChoices.filter((one) => one.name === name),
  )
  const model = known.model ?? (await select('With which model?', offered, terminal))
  const plugins = known.plugins ?? (await selectPlugins(terminal))
  return { data, model, plugins }
}

/** Asks yes or no. */
export async function confirm(
  message: string,
  initialValue: boolean,
  terminal: Terminal,
): Promise<boolean> {
  return answer(await clack.confirm({ ...terminal, message, initialValue }))
}

async function select<Name extends string>(
  message: string,
  choices: readonly Choice<Name>[],
  terminal: Terminal,
): Promise<Name> {
  const [first] = choices
  if (choices.length === 1 && first) return first.name
  const options = choices.map(({ name, label }) => ({
    value: name as string,
    label: `${name}: ${label}`,
  }))
  return answer(await clack.select({ ...terminal, message, options })) as Name
}

async function selectPlugins(terminal: Terminal): Promise<string[]> {
  const message = 'Which plugins, beside progress, checkpoints and a CSV log?'
  const options = pluginChoices.map(({ name, label }) => ({
    value: name,
    label: `${name}: ${label}`,
  }))
  const initialValues = [...defaultPlugins]
  return answer(
    await clack.multiselect({
      ...terminal,
      message,
      options,
      initialValues,
      required: false,
    }),
  )
}

function complaintOf(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (thrown) {
    if (thrown instanceof UsageError) return thrown.message
    throw thrown
  }
}

function answer<Value>(given: Value): Exclude<Value, symbol> {
  if (clack.isCancel(given)) throw new Cancelled('Cancelled.')
  return given as Exclude<Value, symbol>
}
