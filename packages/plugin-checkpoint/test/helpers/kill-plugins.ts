import { definePlugin, type PluginEntry, type StateWithTensors } from '@regimen/core'

/** The plugins that are killed and resumed; each must decide as if nothing had happened. */
export function killPlugins(): PluginEntry[] {
  return [bestWeights()]
}

/** Counts checks without improvement, keeps a tensor in its state, and stops the run. */
function bestWeights() {
  return definePlugin<StateWithTensors>({
    name: 'best-weights',
    apply({ id, hooks, requestStop }) {
      let best = Number.POSITIVE_INFINITY
      let checks = Float32Array.of(0)
      hooks.monitor.tapPromise(id, async ({ metrics, validation }) => {
        if (!validation) return
        const loss = await metrics.get('val_loss')
        checks = loss < best ? Float32Array.of(0) : Float32Array.of((checks[0] ?? 0) + 1)
        best = Math.min(best, loss)
        if (checks[0] === 6) requestStop('no improvement in 6 checks')
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
