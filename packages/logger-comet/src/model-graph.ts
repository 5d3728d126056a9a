import type { PluginContext } from '@regimen/core'

/** As much of a `tf.LayersModel` as is needed here. */
interface SerializableModel {
  readonly layers: unknown
  toJSON(): unknown
}

/**
 * Logs the graph of a module that trains a layers model, once training begins. Others have none.
 */
export function logModelGraph({ id, hooks, record, report }: PluginContext): void {
  let model: SerializableModel | undefined
  hooks.setup.tap(id, ({ stage, run }) => {
    model = stage === 'fit' ? modelOf(run.module) : undefined
  })
  hooks.fitStart.tapPromise(id, async () => {
    if (!model) return
    try {
      const body = model.toJSON()
      if (typeof body === 'string') await record({ kind: 'graph', format: 'keras-json', body })
    } catch (thrown) {
      report.warn(`The graph of the model is not logged, since it cannot be written: ${thrown}`)
    }
  })
}

function modelOf(module: unknown): SerializableModel | undefined {
  const { model } = Object(module) as { readonly model?: Partial<SerializableModel> }
  const isModel = model?.layers !== undefined && typeof model.toJSON === 'function'
  return isModel ? (model as SerializableModel) : undefined
}
