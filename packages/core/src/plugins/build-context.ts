import * as tf from '@tensorflow/tfjs-core'
import { fail } from '../floor/errors.js'
import { checkEvery } from '../floor/every.js'
import { Schedule, stoppedClock } from '../floor/schedule.js'
import type { Reporter } from '../hooks/report.js'
import type { HostedTrainer } from './hosted-trainer.js'
import type { InstalledPlugin } from './installed-plugin.js'
import type { PluginContext } from './plugin-context.js'

/** A plugin's access to other plugins. */
type PluginsAccess = Pick<PluginContext, 'plugins' | 'service' | 'services'>

/** What a context is built from. */
interface ContextInput {
  readonly trainer: HostedTrainer
  readonly installed: InstalledPlugin
  readonly report: Reporter
  readonly others: PluginsAccess
}

/** What a plugin receives in `apply`. */
export function buildContext({
  trainer,
  installed,
  report,
  others,
}: ContextInput): PluginContext {
  const { id, plugin, wraps, services, schedules, waits } = installed
  const { hooks } = trainer
  const assertRunning = (call: string) => {
    if (trainer.view.stage === 'idle') fail('REG_NOT_RUNNING.call', { call })
  }
  return {
    id,
    hooks: hooks.facade(installed, [id, plugin.name]),
    events$: hooks.bus.all(id),
    tf,
    state: trainer.view,
    report,
    ...others,
    snapshot: trainer.snapshot,
    get signal() {
      return trainer.signal
    },
    get rootDir() {
      return trainer.options.rootDir
    },
    log(name, value, options) {
      assertRunning('log')
      trainer.log(name, value, options)
    },
    record(content) {
      assertRunning('record')
      return trainer.record(content)
    },
    requestSave() {
      assertRunning('requestSave')
      trainer.isSaveRequested = true
    },
    requestStop(message) {
      assertRunning('requestStop')
      if (trainer.stopRequest) return
      trainer.stopRequest = { kind: 'plugin', plugin: id, message }
      hooks.bus.emit('stopRequested', trainer.stopRequest)
    },
    withdrawStop() {
      assertRunning('withdrawStop')
      if (trainer.stopRequest?.plugin === id) trainer.stopRequest = undefined
    },
    schedule(every, option) {
      trainer.assertIdle('schedule()')
      const checked = checkEvery(every, { owner: id, option })
      const schedule = new Schedule(checked, () => trainer.fit?.clock ?? stoppedClock)
      schedules.push({ key: `${id}/${option}`, owner: id, plugin: id, option, schedule })
      return schedule
    },
    wrapStep(wrap, wrapOptions) {
      wraps.push({ ...wrapOptions, wrap })
    },
    aroundSync(around) {
      hooks.userCodeWrappers.add(installed, around)
    },
    observeTaps(around) {
      hooks.tapWrappers.add(installed, around)
    },
    explainWait(until) {
      waits.push(until)
      return () => {
        const index = waits.indexOf(until)
        if (index >= 0) waits.splice(index, 1)
      }
    },
    provide(name, service) {
      services.push([name, service])
    },
  }
}
