import { parseArgs } from 'node:util'
import {
  type DataName,
  dataChoices,
  type ModelName,
  modelChoices,
  type PackageManager,
  packageManagers,
  pluginChoices,
} from './choices.js'
import { listed, nearMiss, oneOf, UsageError } from './usage-error.js'

/** What was typed, checked; what is absent was not said. */
export interface Arguments {
  readonly kind: 'project' | 'plugin'
  /** The folder of a project, or the name of a plugin. */
  readonly target?: string
  readonly name?: string
  readonly data?: DataName
  readonly model?: ModelName
  readonly plugins?: readonly string[]
  readonly packageManager?: PackageManager
  readonly install?: boolean
  readonly force: boolean
  readonly yes: boolean
  readonly help: boolean
  readonly version: boolean
}

const FLAGS = {
  name: { type: 'string' },
  data: { type: 'string' },
  model: { type: 'string' },
  plugins: { type: 'string' },
  'package-manager': { type: 'string' },
  install: { type: 'boolean' },
  'no-install': { type: 'boolean' },
  force: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

/** Flags that only a project takes. */
const OF_PROJECTS = ['data', 'model', 'plugins', 'name'] as const

/** Reads a command line. @throws UsageError */
export function parseArguments(words: readonly string[]): Arguments {
  checkFlags(words)
  const { values, positionals } = parsed(words)
  const [first, second, ...rest] = positionals
  const isPlugin = first === 'plugin' && !values.data && !values.model
  const extra = isPlugin ? rest : positionals.slice(1)
  if (extra.length > 0) throw new UsageError(extraText(extra, isPlugin))
  const data = chosen('--data', values.data, dataChoices)
  const model = chosen('--model', values.model, modelChoices)
  checkFit(data, model)
  if (isPlugin) {
    const wrong = OF_PROJECTS.find((flag) => values[flag] !== undefined)
    if (wrong)
      throw new UsageError(`"--${wrong}" is for projects; a plugin takes only its name.`)
  }
  return {
    kind: isPlugin ? 'plugin' : 'project',
    target: isPlugin ? second : first,
    name: values.name,
    data,
    model,
    plugins: pluginsOf(values.plugins),
    packageManager:
      values['package-manager'] === undefined
        ? undefined
        : oneOf('--package-manager', values['package-manager'], packageManagers),
    install: values.install ?? (values['no-install'] ? false : undefined),
    force: values.force ?? false,
    yes: values.yes ?? false,
    help: values.help ?? false,
    version: values.version ?? false,
  }
}

/** @throws UsageError where a model cannot be trained on the data */
export function checkFit(data: DataName | undefined, model: ModelName | undefined): void {
  const choice = dataChoices.find(({ name }) => name === data)
  if (!choice || model === undefined || choice.models.includes(model)) return
  const expected = `${listed(choice.models)} for "--data ${choice.name}"`
  throw new UsageError(`"--model" is "${model}"; expected ${expected}.`)
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: FLAGS, allowPositionals: true })
  } catch (thrown) {
    throw new UsageError((thrown as Error).message)
  }
}

function checkFlags(words: readonly string[]): void {
  const known = Object.keys(FLAGS)
  for (const word of words) {
    if (word === '--') return
    const [, name = ''] = /^--([^=]+)/.exec(word) ?? []
    if (name === '' || known.includes(name)) continue
    const flags = listed(known.map((one) => `--${one}`))
    const near = nearMiss(name, known).replace('"', '"--')
    throw new UsageError(`"--${name}" is not known; expected ${flags}.${near}`)
  }
}

function chosen<Name extends string>(
  flag: string,
  word: string | undefined,
  choices: readonly { readonly name: Name }[],
): Name | undefined {
  if (word === undefined) return undefined
  return oneOf(
    flag,
    word,
    choices.map(({ name }) => name),
  )
}

function pluginsOf(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  const words = text.split(',').map((word) => word.trim())
  const known = pluginChoices.map(({ name }) => name)
  const names = words.filter((word) => word !== '' && word !== 'none')
  return [...new Set(names.map((word) => oneOf('--plugins', word, known)))]
}

function extraText(extra: readonly string[], isPlugin: boolean): string {
  const words = extra.map((word) => `"${word}"`).join(', ')
  const what = isPlugin ? 'a plugin has one name' : 'a project has one folder'
  return `${words} ${extra.length === 1 ? 'is' : 'are'} too many: ${what}. With npm, flags come after "--": npm create regimen my-project -- --data digits.`
}
