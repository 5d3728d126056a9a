import { printable } from '../printable.js'
import { quote, quoteAll } from '../quote.js'

/** Texts on plugins and the hooks that they tap. */
export const pluginMessages = {
  'REG_HOOK_ASYNC.tap': (v: { plugin: string; hook: string }) =>
    `Plugin ${quote(v.plugin)} passed an asynchronous function to hooks.${v.hook}.tap, ` +
    `which does not wait for it. Use hooks.${v.hook}.tapPromise.`,

  'REG_HOOK_NAME.tap': (v: { plugin: string; hook: string; name: string }) =>
    `Plugin ${quote(v.plugin)} tapped ${quote(v.hook)} as ${quote(v.name)}; tap under its own id.`,

  'REG_HOOK_VALUE.gradients': (v: { plugin: string; found: unknown }) =>
    `Plugin ${quote(v.plugin)} returned ${quote(v.found)} from "gradients"; ` +
    'expected gradients by name, or null.',

  'REG_HOOK_VALUE.name': (v: { variable: string; variables: readonly string[] }) =>
    `A tap of "gradients" returned ${quote(v.variable)}, which is not a variable. ` +
    `Known: ${quoteAll(v.variables)}.`,

  'REG_PLUGIN_API.copy': (v: { plugin: string; found: string; expected: string }) =>
    `Plugin ${quote(v.plugin)} was made by another copy of @regimen/core, in "${printable(v.found)}"; ` +
    `this trainer is of the copy in "${printable(v.expected)}". There must be one: "npm ls @regimen/core" ` +
    'shows who brings the other. A plugin takes core as a peer dependency.',

  'REG_PLUGIN_API.other': (v: {
    plugin: string
    found: unknown
    expected: number
    hint: string
  }) =>
    `Plugin ${quote(v.plugin)} was made for plugin api ${quote(v.found)}, ` +
    `this core has ${v.expected}.${v.hint}`,

  'REG_PLUGIN_CONFLICT.used': (v: { plugin: string; other: string }) =>
    `Plugin ${quote(v.plugin)} cannot be used with plugin ${quote(v.other)}. Remove one of them.`,

  'REG_PLUGIN_DUPLICATE.id': (v: { plugin: string; factory: string }) =>
    `Two plugins have the id "${v.plugin}". Remove one of them, ` +
    `or tell them apart: ${v.factory}({ id: "${v.plugin}-2", … }).`,

  'REG_PLUGIN_INVALID.apply': (v: { plugin: string; found: unknown }) =>
    `Plugin ${quote(v.plugin)}: "apply" is ${quote(v.found)}; expected a function.`,

  'REG_PLUGIN_INVALID.factory': (v: { plugin: string }) =>
    `A list of plugins holds the function "${v.plugin}"; call it: ${v.plugin}().`,

  'REG_PLUGIN_INVALID.id': (v: { plugin: string; found: unknown }) =>
    `Plugin ${quote(v.plugin)}: "id" is ${quote(v.found)}; expected a non-empty string.`,

  'REG_PLUGIN_INVALID.name': (v: { found: unknown }) =>
    `The name of a plugin is ${quote(v.found)}; expected one in kebab-case.`,

  'REG_PLUGIN_INVALID.value': (v: { found: unknown }) =>
    `${quote(v.found)} is not a plugin; make one with definePlugin({ name, apply }).`,

  'REG_PLUGIN_ORDER.circle': (v: { plugins: readonly string[] }) =>
    `The plugins ${quoteAll(v.plugins)} each ask to come before the other.`,

  'REG_PLUGIN_ORDER.missing': (v: {
    plugin: string
    relation: 'before' | 'after'
    other: string
    plugins: readonly string[]
    hint: string
  }) =>
    `Plugin ${quote(v.plugin)} asks to come ${v.relation} plugin ${quote(v.other)}, ` +
    `which is not used.${v.hint} Used: ${quoteAll(v.plugins)}.`,

  'REG_PLUGIN_REQUIRED.missing': (v: {
    plugin: string
    other: string
    plugins: readonly string[]
    hint: string
  }) =>
    `Plugin ${quote(v.plugin)} needs plugin ${quote(v.other)}, ` +
    `which is not used.${v.hint} Used: ${quoteAll(v.plugins)}.`,

  'REG_SERVICE_MISSING.checkpoints': (v: { reference: string }) =>
    `"${v.reference}" can be found only by a checkpoint plugin, and there is none. ` +
    'Add checkpoint() of @regimen/plugin-checkpoint, or pass a snapshot.',

  'REG_SERVICE_MISSING.muted': (v: { reference: string; plugin: string; by: string }) =>
    `"${v.reference}" can be found only by plugin ${quote(v.plugin)}, ` +
    `which ${quote(v.by)} has muted for this run. Remove ${quote(v.by)}, or pass a snapshot.`,
}
