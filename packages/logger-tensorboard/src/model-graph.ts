import type { PluginContext } from '@regimen/core'

interface Serializable {
  toJSON(): unknown
}

/** Logs the graph of a module that trains a layers model. Of other modules there is none. */
export function logGraph({ id, hooks, record, report }: PluginContext): void {
  let model: Serializable | undefined
  hooks.setup.tap(id, ({ stage, run }) => {
    model = stage === 'fit' ? modelOf(run.module) : undefined
  })
  hooks.fitStart.tapPromise(id, async () => {
    const body = model && jsonOf(model)
    if (typeof body === 'string') await record({ kind: 'graph', format: 'keras-json', body })
  })

  function jsonOf(serializable: Serializable): unknown {
    try {
      return serializable.toJSON()
    } catch (thrown) {
      report.warn(`The graph of the model is not logged, it cannot be written: ${String(thrown)}`)
      return undefined
    }
  }
}

function modelOf(module: object): Serializable | undefined {
  const { model } = Object(module) as { readonly model?: unknown }
  const isModel = typeof model === 'object' && model !== null && 'layers' in model
  return isModel && typeof (model as Partial<Serializable>).toJSON === 'function'
    ? (model as unknown as Serializable)
    : undefined
}
