import type { PluginContext } from '@regimen/core'

/** As much of a `tf.LayersModel` as is needed here. */
interface SerializableModel {
  toJSON(): unknown
}

/** The kind of graph that is made here. */
const FORMAT = 'keras-json'

/**
 * Logs the graph of a module that trains a `tf.LayersModel`, once training begins: for `apply` of a
 * logger that takes graphs. Other modules have none. Every logger receives each record: where one of them
 * has logged the graph of this fit already, or the user has, it is not made again.
 */
export function logModelGraph({ id, hooks, record, report }: PluginContext): void {
  let model: SerializableModel | undefined
  hooks.setup.tap(id, ({ stage, run }) => {
    model = stage === 'fit' ? modelOf(run.module) : undefined
  })
  hooks.record.tap(id, (logged) => {
    if (logged.kind === 'graph' && logged.format === FORMAT) model = undefined
  })
  hooks.fitStart.tapPromise(id, async () => {
    const body = model && jsonOf(model)
    if (typeof body === 'string') await record({ kind: 'graph', format: FORMAT, body })
  })

  function jsonOf(serializable: SerializableModel): unknown {
    try {
      return serializable.toJSON()
    } catch (thrown) {
      const text = 'The graph of the model is not logged, since it cannot be written'
      report.warn(`${text}: ${String(thrown)}`)
      return undefined
    }
  }
}

function modelOf(module: object): SerializableModel | undefined {
  const { model } = Object(module) as { readonly model?: Partial<SerializableModel> }
  if (typeof model !== 'object' || model === null || !('layers' in model))
    return undefined
  return typeof model.toJSON === 'function' ? (model as SerializableModel) : undefined
}
