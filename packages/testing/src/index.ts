export type { ContractOutcome } from './contract/bench.js'
export {
  type ContractFailure,
  type ContractOptions,
  PluginContractError,
  pluginContract,
} from './contract/plugin-contract.js'
export { type FakeClock, type FakeClockOptions, fakeClock } from './fake-clock.js'
export {
  LoaderContractError,
  type LoaderContractOptions,
  loaderContract,
} from './loaders/loader-contract.js'
export type { TriedLoader } from './loaders/reading.js'
export { type RecordHooksOptions, recordHooks } from './record-hooks.js'
export { type PluginRun, type RunPluginOptions, runPlugin } from './run-plugin.js'
export type { ScriptedEpoch } from './script.js'
export { expectNoTensorLeak } from './tensor-leak.js'
