export { suggestion } from '../floor/near-miss.js'
export { optionHint } from '../state/options.js'
export { checkConfig, configFields, configKeys } from './check-config.js'
export { configJsonSchema, type NamedSchema, pluginSchemas } from './config-schema.js'
export type { ConfigTools } from './config-tools.js'
export {
  type Accelerator,
  type ConfigPluginEntry,
  defineConfig,
  type Gpus,
  type Hparams,
  type RegimenConfig,
} from './define-config.js'
export { type ImportPlace, importPackage } from './import-file.js'
export {
  type LoadedConfig,
  type LoadOptions,
  loadConfig,
  loadFile,
} from './load-config.js'
export { type OptionRow, optionLines, optionRows } from './option-rows.js'
export { resolveAccelerator } from './resolve-accelerator.js'
export {
  type InstalledPlugin,
  installedPlugins,
  pluginNames,
  resolvePlugins,
} from './resolve-plugins.js'
