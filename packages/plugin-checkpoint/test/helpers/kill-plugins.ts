import { definePlugin, type PluginEntry, type StateWithTensors } from '@regimen/core'
import { accumulate } from '@regimen/plugin-accumulate'
import { earlyStopping } from '@regimen/plugin-early-stopping'
import { gradientClip } from '@regimen/plugin-gradient-clip'
import { cosineRestarts, lrScheduler } from '@regimen/plugin-lr-scheduler'
import { seed } from '@regimen/plugin-seed'

/** The plugins that are killed and resumed; each must decide as if nothing had happened. */
export function killPlugins(): PluginEntry[] {
  const schedule = cosineRestarts({ steps: 7, minLr: 0.001 })
  return [
    seed(11),
    accumulate({ batches: 3 }),
    gradientClip({ norm: 0.8 }),
    lrScheduler({ schedule, interval: 'step' }),
    earlyStopping({ monitor: 'val_loss', mode: 'min', patience: 4, minDelta: 0.001 }),
    bestWeights(),
  ]
}

/** Counts checks without improvement, and keeps a tensor in its state. */
function bestWeights() {
  return definePlugin<StateWithTensors>({
    name: 'best-weights',
    apply({ id, hooks, record }) {
      let best = Number.POSITIVE_INFINITY
      let checks = Float32Array.of(0)
      hooks.monitor.tapPromise(id, async ({ metrics, validation }) => {
        if (!validation) return
        const loss = await metrics.get('val_loss')
        checks = loss < best ? Float32Array.of(0) : Float32Array.of((checks[0] ?? 0) + 1)
        best = Math.min(best, loss)
        await record({ kind: 'text', name: 'checks', text: `${checks[0]} since ${best}` })
      })
      return {
        saveState: () => ({
          meta: { best },
          tensors: { checks: { dtype: 'float32' as const, shape: [1], data: checks } },
        }),
        loadState: ({ meta, tensors }) => {
          best = (meta as { best: number }).best
          checks = tensors.checks?.data as Float32Array<ArrayBuffer>
        },
      }
    },
  })
}
