import { definePlugin, type Plugin } from '@regimen/core'
import {
  type ProfilerOptions,
  type ProfilerSettings,
  profilerSettings,
  type ReportStream,
  options as schema,
} from './options.js'
import { Recording } from './recording.js'
import { watchLoop, watchPasses } from './watch-loop.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    profiler: ProfilerOptions
  }
}

const DEFAULT_COLUMNS = 80

/**
 * Shows where the time of each run went: a table of the phases of the loop, its hooks and the plugins
 * in them, with findings in words; a CPU profile, a trace and a table of kernels where the options
 * say so. List it first, so that its report comes last.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID
 * @example
 * new Trainer({ maxEpochs: 3, plugins: [profiler({ mode: 'trace' })] })
 */
export function profiler(options: ProfilerOptions = {}): Plugin {
  const settings = profilerSettings(options)
  return definePlugin({
    name: 'profiler',
    recipe: { factory: profiler, options: options, schema },
    id: settings.id,
    writes: settings.output !== undefined,
    apply(context) {
      const { id, hooks, report, services } = context
      let recording: Recording | undefined
      // A run in which the profiler was muted leaves its recording.
      const opening = (isOwnTap: boolean): Recording => {
        if (!recording?.isOpening || (isOwnTap && recording.isConfigured)) {
          recording?.close()
          recording = new Recording(context, settings)
        }
        recording.isConfigured ||= isOwnTap
        return recording
      }
      context.observeTaps((plugin, hook, call) => {
        if (plugin === id) return call()
        const isRead = hook === 'metrics'
        const watched = hook === 'configure' ? opening(false) : recording
        if (isRead) watched?.clock.readStart()
        else watched?.clock.stopwatch.begin(plugin, hook)
        const end = () =>
          isRead
            ? recording?.clock.readEnd()
            : recording?.clock.stopwatch.end(plugin, hook)
        let result: ReturnType<typeof call> | undefined
        try {
          result = call()
          return result
        } finally {
          if (result instanceof Promise) result.then(end, end)
          else end()
        }
      })
      const print = (text: string): void => {
        if (services('reporter').length > 0 && !settings.stream) report.info(text)
        else streamOf(settings)?.write(`${text}\n`)
      }
      context.provide('profiler', {
        profile: async () => recording?.current(),
      })
      hooks.configure.tap(id, () => opening(true).clock.pass('configure'))
      hooks.setup.tap(id, ({ run: { module } }) => {
        recording?.clock.setup(
          'automaticOptimization' in module && module.automaticOptimization === false,
        )
        recording?.open()
      })
      watchLoop(
        context,
        () => recording?.clock,
        () => recording?.batchDone(),
      )
      watchPasses(context, () => {
        recording?.kernels?.begin(recording.clock.steps.count + 1)
        return recording?.clock
      })
      hooks.batchEnd.tap(id, ({ outcome }) => {
        recording?.batchDone(outcome !== 'failed')
        recording?.clock.batchEnd()
        recording?.kernels?.end()
        recording?.endCpuProfileIfDue()
      })
      hooks.teardown.tapPromise(id, async () => {
        const ended = recording
        recording = undefined
        if (!ended || ended.isOpening) return
        const columns = streamOf(settings)?.columns ?? DEFAULT_COLUMNS
        const text = await ended.finish(columns - 1)
        if (text !== undefined) print(text)
      })
      return { dispose: () => recording?.close() }
    },
  })
}

/** The stream of the options, else that of the process; none in a browser. */
function streamOf({ stream }: ProfilerSettings): ReportStream | undefined {
  const { process } = globalThis as { process?: { stdout?: ReportStream } }
  return stream ?? process?.stdout
}
