import {
  definePlugin,
  type LrSchedulerService,
  monitoredMetric,
  type Plugin,
  RegimenError,
} from '@regimen/core'
import type { Driver } from './driver.js'
import { driversOf } from './drivers-of.js'
import {
  isPlateau,
  type LrSchedulerOptions,
  resolveOptions,
  options as schema,
} from './options.js'
import { type WatchState, watchBoundary } from './plateau-watch.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'lr-scheduler': LrSchedulerOptions
  }
}

type SchedulerState = {
  readonly steps: { readonly [optimizer: string]: number }
  readonly watches: { readonly [optimizer: string]: WatchState }
}

/**
 * Sets learning rates by a schedule: step or epoch `k`, counted from 0, uses `schedule(k)`. Steps of an
 * optimizer are the batches in which it changed weights. When the fit ends every optimizer is given
 * back its own rate.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; in a fit REG_OPTIMIZER_INVALID, REG_PLUGIN_CONFLICT,
 * REG_METRIC_MISSING
 * @example
 * new Trainer({ plugins: [lrScheduler({ schedule: cosine({ steps: 1000 }), interval: 'step' })] })
 */
export function lrScheduler(options: LrSchedulerOptions): Plugin {
  const { interval = 'epoch', id } = resolveOptions(options)
  return definePlugin<SchedulerState>({
    name: 'lr-scheduler',
    recipe: { factory: lrScheduler, options: options, schema },
    id,
    apply({ id: pluginId, hooks, state, report, provide, services }) {
      let drivers: readonly Driver[] = []
      let isOnlyOptimizer = true
      /** The optimizers that have changed weights in the batch under way. */
      const stepped = new Set<string>()
      let canValidate = false
      let isCut = false
      let hasWarned = false
      const service: LrSchedulerService = {
        get optimizers() {
          return drivers.map(({ name }) => name)
        },
      }
      provide('lrScheduler', service)
      const countOf = ({ steps }: Driver) =>
        interval === 'epoch' ? state.epoch : isOnlyOptimizer ? state.step : steps

      hooks.setup.tap(pluginId, ({ stage, run }) => {
        if (stage !== 'fit') return
        drivers = driversOf(run, options, services('accumulate'))
        isOnlyOptimizer = Object.keys(run.optimizers).length === 1
        canValidate = run.validationBatches !== 0
        isCut = false
        hasWarned = false
        stepped.clear()
      })

      hooks.fitStart.tap(pluginId, () => {
        const others = services('lrScheduler').filter((other) => other !== service)
        const taken = others.flatMap(({ optimizers }) => optimizers)
        const both = drivers.find(({ name }) => taken.includes(name))
        if (both) throw conflict(both.name)
        if (interval === 'epoch' && drivers.some(isOneCycle)) {
          report.warn('oneCycle counts epochs here; it is made for interval: "step".')
        }
        for (const driver of drivers) {
          driver.begin()
          driver.apply(countOf(driver))
        }
      })

      hooks.stepEnd.tap(pluginId, ({ optimizer, outcome }) => {
        if (outcome !== 'completed' || stepped.has(optimizer)) return
        stepped.add(optimizer)
        const driver = drivers.find(({ name }) => name === optimizer)
        if (driver) driver.steps++
      })

      // Not in stepEnd: a module may take several steps of one batch, which all use the same rate.
      hooks.batchEnd.tap(pluginId, ({ outcome }) => {
        const changed = drivers.filter(({ name, watch }) => stepped.has(name) && !watch)
        stepped.clear()
        if (interval !== 'step' || outcome !== 'completed') return
        for (const driver of changed) driver.apply(countOf(driver))
      })

      hooks.epochEnd.tap(pluginId, ({ outcome }) => {
        isCut = outcome !== 'completed'
        if (interval === 'step' || outcome === 'interrupted' || outcome === 'failed')
          return
        for (const driver of drivers) if (!driver.watch) driver.apply(countOf(driver))
      })

      hooks.monitor.tapPromise(
        pluginId,
        async ({ metrics, validation, epoch, counters }) => {
          for (const driver of drivers) {
            const { schedule, watch } = driver
            if (!watch || !isPlateau(schedule)) continue
            const { monitor, strict } = schedule
            const value = metrics.has(monitor) ? await metrics.get(monitor) : undefined
            const { validations } = counters
            const boundary = { value, validation, epoch, isCut, validations, canValidate }
            const judged = watchBoundary(schedule, watch, boundary)
            if (judged.isMissing && strict)
              await monitoredMetric(metrics, monitor, pluginId)
            if (judged.isMissing && !hasWarned) {
              hasWarned = true
              const reported = metrics.names.map((name) => `"${name}"`).join(', ')
              report.warn(
                `The plateau of "${driver.name}" waits for "${monitor}", which was not reported. Reported: ${reported}.`,
              )
            }
            driver.watch = judged.state
            driver.apply(countOf(driver))
          }
        },
      )

      hooks.fitEnd.tap(pluginId, () => {
        for (const driver of drivers) driver.end()
      })

      return {
        saveState: () => ({
          steps: Object.fromEntries(drivers.map(({ name, steps }) => [name, steps])),
          watches: Object.fromEntries(
            drivers.flatMap(({ name, watch }) => (watch ? [[name, watch]] : [])),
          ),
        }),
        loadState({ steps, watches }) {
          for (const driver of drivers) {
            driver.steps = steps[driver.name] ?? 0
            if (driver.watch) driver.watch = watches[driver.name] ?? driver.watch
          }
        },
      }
    },
  })
}

function isOneCycle({ schedule }: Driver): boolean {
  return !isPlateau(schedule) && schedule.name === 'oneCycle'
}

function conflict(optimizer: string): RegimenError {
  const text = `Two schedulers set the learning rate of optimizer "${optimizer}"`
  const advice = 'Remove one, or join the two with sequence({ schedules, milestones })'
  return new RegimenError('REG_PLUGIN_CONFLICT', `${text}. ${advice}.`, {
    data: { optimizer },
  })
}
