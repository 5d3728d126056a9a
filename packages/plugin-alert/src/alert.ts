import { definePlugin, describeStop, type HookPayload, type Plugin } from '@regimen/core'
import { type AlertEvent, type AlertKind, crossing } from './alert-event.js'
import { type AlertOptions, resolveOptions, options as schema } from './options.js'
import { Outbox } from './outbox.js'
import { StallWatch } from './stall-watch.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    alert: AlertOptions
  }
}

/**
 * Tells of a run by webhook, on the desktop or through a command: when the loss diverges, no batch comes, a
 * metric passes a limit, the run fails or ends. What cannot be sent is a warning, never the end of a run.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * new Trainer({ plugins: [alert({ webhook: 'https://hooks.example.com/T0/B0' })] })
 */
export function alert(input: AlertOptions): Plugin {
  const options = resolveOptions(input)
  const { on, thresholds, title, stallSeconds } = options
  return definePlugin({
    name: 'alert',
    id: options.id,
    recipe: { factory: alert, options: input, schema },
    writes: true,
    apply({ id, hooks, state, report, explainWait }) {
      let outbox: Outbox | undefined
      const past = new Set<number>()
      const tell = (kind: AlertKind, message: string, more: Partial<AlertEvent> = {}) => {
        const { epoch, step } = state
        if (on.includes(kind))
          outbox?.send({ kind, title, message, epoch, step, ...more })
      }
      const stall = new StallWatch(1000 * stallSeconds, () =>
        tell('stall', `no batch for ${stallSeconds} s`),
      )

      hooks.setup.tap(id, () => {
        outbox = new Outbox(options, report)
        past.clear()
      })
      hooks.fitStart.tap(id, () => stall.moved())
      hooks.batchEnd.tap(id, () => stall.moved())
      hooks.validationBatchEnd.tap(id, () => stall.moved())

      hooks.monitor.tapPromise(id, async ({ metrics }) => {
        for (const [index, threshold] of thresholds.entries()) {
          if (!metrics.has(threshold.metric)) continue
          const message = crossing(threshold, await metrics.get(threshold.metric))
          if (message !== undefined && !past.has(index)) tell('threshold', message)
          if (message === undefined) past.delete(index)
          else past.add(index)
        }
      })

      hooks.fitEnd.tapPromise(id, async (end) => {
        stall.stop()
        if (end.stop === undefined) return
        tell('end', `the run has ended: ${describeStop(end.stop)}`, {
          metrics: await numbersOf(end),
        })
      })

      hooks.error.tap(id, ({ error }) => {
        const kind = error.code === 'REG_LOSS_NOT_FINITE' ? 'divergence' : 'failure'
        tell(kind, error.message)
      })

      hooks.teardown.tapPromise(id, async () => {
        stall.stop()
        const closing = outbox
        outbox = undefined
        if (!closing?.isBusy) return
        const arrived = explainWait(() => 'alerts are sent')
        await closing.close().finally(arrived)
      })
    },
  })
}

async function numbersOf({ metrics }: HookPayload<'fitEnd'>) {
  const entries = metrics.names.map(
    async (name) => [name, await metrics.get(name)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}
