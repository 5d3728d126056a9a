import type { PluginNames } from './names.js'

/**
 * A file of `packages/plugin-hello` with the names of another plugin: package, name in configs,
 * factory, types and files.
 */
export function renamePlugin(text: string, names: PluginNames): string {
  const { kebab, camel, pascal } = names
  const key = kebab === camel ? kebab : `'${kebab}'`
  return text
    .replaceAll('@regimen/plugin-hello', names.package)
    .replaceAll("optionSchema('hello'", `optionSchema('${camel}'`)
    .replaceAll('hello: HelloOptions', `${key}: ${pascal}Options`)
    .replaceAll(/(?<=['/])hello(?=['.])/g, kebab)
    .replaceAll(/\bhello\b/g, camel)
    .replaceAll(/\bHello(?=[A-Z]|\b)/g, pascal)
}
