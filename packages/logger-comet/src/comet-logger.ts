import type { Plugin, PluginContext } from '@regimen/core'
import { type LoggerOptions, loggerPlugin } from '@regimen/logger-kit'
import { checkOptions } from './check-options.js'
import type { CometOptions, SnakeCasedOptions } from './options.js'
import { resolveSettings } from './settings/resolve.js'
import { writer } from './writer.js'

/**
 * What `cometLogger` takes: names in camelCase or, as Comet's own clients have them, in snake_case.
 */
export type CometLoggerOptions = CometOptions & SnakeCasedOptions & LoggerOptions

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'logger-comet': CometLoggerOptions
  }
}

const COMMON: readonly (keyof LoggerOptions)[] = [
  'id',
  'deadlineMs',
  'maxQueue',
  'backPressure',
  'thread',
]

/**
 * Logs to Comet: metrics, parameters, files, code, git state, environment and load of the machine.
 * What the server or the network does not take now waits on disk and is delivered later.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID, also where there is no API key
 * @example
 * new Trainer({ plugins: [cometLogger({ projectName: 'mnist', experimentName: 'first' })] })
 */
export function cometLogger(options: CometLoggerOptions = {}): Plugin {
  const { own, rest } = checkOptions<LoggerOptions>(options, COMMON)
  const { logGraph = true, ...given } = own
  const { settings, apiKey } = resolveSettings(given)
  return loggerPlugin({
    name: 'comet-logger',
    module: new URL('./writer.js', import.meta.url),
    package: '@regimen/logger-comet',
    writer,
    options: settings,
    secrets: { apiKey },
    common: rest,
    apply: (context) => {
      if (logGraph) logModelGraph(context)
    },
  })
}

/** As much of a `tf.LayersModel` as is needed here. */
interface SerializableModel {
  readonly layers: unknown
  toJSON(): unknown
}

/**
 * Logs the graph of a module that trains a layers model, once training begins. Others have none.
 */
function logModelGraph({ id, hooks, record, report }: PluginContext): void {
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
