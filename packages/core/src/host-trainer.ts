import { RegimenError } from './errors.js'
import { FitRun } from './fit-run.js'
import { PluginHost } from './plugin-host.js'
import type { Snapshot } from './snapshot.js'
import type { StageRunner } from './stage-runner.js'

/** The host of a trainer's plugins, with what they may ask of the run that goes on. */
export function createHost(runner: StageRunner, snapshot: () => Promise<Snapshot>): PluginHost {
  const running = (call: string) => {
    if (runner.current) return runner.current
    throw new RegimenError(
      'REG_NOT_RUNNING',
      `${call} was called outside a run; call it in a hook.`,
    )
  }
  return new PluginHost(runner.table, runner.bus, {
    state: runner.state,
    rootDir: () => runner.rootDir,
    signal: () => runner.latch.signal,
    reporter: (plugin) => runner.reporter(plugin),
    snapshot,
    log: (name, value, options) => running('log').book.log(name, value, options),
    record: (content) => running('record').record(content),
    requestSave: () => {
      const run = running('requestSave')
      if (run instanceof FitRun) run.isSaveRequested = true
    },
    requestStop: (plugin, message) => {
      const { latch, bus } = running('requestStop')
      if (latch.request(plugin, message))
        bus.emit('stopRequested', { kind: 'plugin', plugin, message })
    },
  })
}
