import validatePackageName from 'validate-npm-package-name'
import { UsageError } from './usage-error.js'

/** Words that cannot name a function in a module. */
const RESERVED =
  /^(?:arguments|await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|eval|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|options|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|undefined|var|void|while|with|yield)$/

/** @throws UsageError if npm would refuse that name of a package */
export function checkPackageName(name: string): string {
  const { validForNewPackages, errors = [], warnings = [] } = validatePackageName(name)
  if (validForNewPackages) return name
  const [why = 'it is not valid'] = [...errors, ...warnings]
  const better = packageNameFrom(name)
  const hint = better ? ` Did you mean "${better}"?` : ''
  throw new UsageError(`"${name}" cannot be the name of a package: ${why}.${hint}`)
}

/** A valid name like the one that is not, or an empty text. */
export function packageNameFrom(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[-._]+|[-._]+$/g, '')
  return validatePackageName(name).validForNewPackages ? name : ''
}

/** The names that the scaffold of a plugin needs. */
export interface PluginNames {
  /** As a config names it: `stop-below`. */
  readonly kebab: string
  /** The factory: `stopBelow`. */
  readonly camel: string
  /** The beginning of its types: `StopBelow`. */
  readonly pascal: string
  /** `regimen-plugin-stop-below`. */
  readonly package: string
}

/**
 * The names of a plugin.
 *
 * @param known names of packages of ours, whose plugins a config would find first
 * @throws UsageError
 */
export function pluginNames(text: string, known: readonly string[]): PluginNames {
  const kebab = text.replace(/^regimen-plugin-/, '')
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(kebab)) {
    const better = packageNameFrom(kebab).replaceAll(/[._]+/g, '-')
    const hint = /^[a-z]/.test(better) ? ` Did you mean "${better}"?` : ''
    const expected = 'lower-case words with hyphens, such as "stop-below"'
    throw new UsageError(`the plugin's name is "${kebab}"; expected ${expected}.${hint}`)
  }
  const ours = [`@regimen/plugin-${kebab}`, `@regimen/${kebab}`]
  const taken = ours.find((name) => known.includes(name))
  if (taken) {
    throw new UsageError(
      `the plugin's name is "${kebab}", which ${taken} has already: a config would find that one first. Choose another name.`,
    )
  }
  const pascal = kebab.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) =>
    letter.toUpperCase(),
  )
  const camel = pascal.replace(/^\w/, (letter) => letter.toLowerCase())
  if (RESERVED.test(camel)) {
    throw new UsageError(
      `the plugin's name is "${kebab}", which JavaScript reserves: no function can be called so. Choose another name.`,
    )
  }
  return { kebab, camel, pascal, package: checkPackageName(`regimen-plugin-${kebab}`) }
}
