import {
  definePlugin,
  describeFileError,
  describeStop,
  lifecycle,
  type Plugin,
  type PluginContext,
  type RunInfo,
} from '@regimen/core'
import { type ProfileView, profileOf, reportHtml } from '@regimen/dashboard'
import { Collection } from './collection.js'
import { loadBetween, type Usage, usageNow } from './machine-load.js'
import { options, type ReportOptions } from './options.js'
import { reportData } from './report-data.js'
import { writeReport } from './report-file.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    report: ReportOptions
  }
}

/** A fit that is being collected. */
interface Fit {
  readonly collection: Collection
  readonly startedAt: number
  readonly info: RunInfo
  usage: Usage
}

/**
 * Writes one HTML file at the end of a fit, which opens offline: curves, hyperparameters, images, the
 * model, the loop with the plugins at their places. Also records the loop and the load of the machine for
 * loggers, so that `regimen view` shows them.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * new Trainer({ plugins: [csvLogger(), report({ title: 'Digits' })] })
 */
export function report(input: ReportOptions = {}): Plugin {
  const { path, title, machineSeconds } = options.check(input)
  return definePlugin({
    name: 'report',
    recipe: { factory: report, options: input, schema: options },
    writes: true,
    apply(context) {
      const { id, hooks, rootDir } = context
      let fit: Fit | undefined

      hooks.setup.tap(id, ({ stage, run: info }) => {
        if (stage !== 'fit') return
        fit = {
          collection: new Collection(),
          startedAt: Date.now(),
          info,
          usage: usageNow(),
        }
      })
      hooks.record.tap(id, (record) => fit?.collection.add(record))
      hooks.fitStart.tapPromise(id, async () => {
        if (fit) await context.record(loopRecord(context, fit.info))
      })
      hooks.batchEnd.tapPromise(id, async () => {
        if (!fit || machineSeconds === 0) return
        if (performance.now() - fit.usage.nowMs < 1000 * machineSeconds) return
        const usage = usageNow()
        const values = loadBetween(fit.usage, usage)
        fit.usage = usage
        await context.record({
          kind: 'metrics',
          source: 'train',
          interval: 'step',
          values,
        })
      })
      hooks.fitEnd.tapPromise(id, async ({ outcome, stop }) => {
        if (!fit) return
        const logDir = logDirOf(context)
        const data = reportData(fit.collection, {
          ...{ outcome, title, logDir, startedAt: fit.startedAt, endedAt: Date.now() },
          reason: stop ? describeStop(stop) : 'failed',
          profiles: await profilesOf(context),
        })
        try {
          const file = await writeReport(reportHtml(data), { rootDir, path, logDir })
          context.report.info(`The report is ${file}`)
        } catch (thrown) {
          context.report.warn(
            `The report could not be written: ${describeFileError(thrown)}.`,
          )
        }
      })
      hooks.teardown.tap(id, () => {
        fit = undefined
      })
    },
  })
}

/** The folder of the run, if a logger writes to one. */
function logDirOf(context: PluginContext): string | undefined {
  const folders = context
    .services('logger')
    .map((logger) => (logger as { readonly logDir?: unknown }).logDir)
  return folders.find((folder): folder is string => typeof folder === 'string')
}

/** Profiles of this run: files may be those of another. */
async function profilesOf({ services }: PluginContext): Promise<ProfileView[]> {
  const found = await Promise.all(services('profiler').map((one) => one.profile()))
  return Promise.all(found.filter((one) => one !== undefined).map(profileOf))
}

/** The loop with the plugins at their places, for a page that draws it. */
function loopRecord(context: PluginContext, { options, backend }: RunInfo) {
  const plugins = context.plugins.list()
  const hooks = Object.entries(lifecycle).map(([name, { depth, about, isReversed }]) => {
    const tapping = plugins.filter(({ taps, isMuted }) => !isMuted && taps.includes(name))
    const ids = tapping.map(({ id }) => id)
    return { name, depth, about, plugins: isReversed ? ids.reverse() : ids }
  })
  const shown = { backend, ...options }
  const text = JSON.stringify({ type: 'loop', hooks, options: shown })
  return { kind: 'text', name: 'loop', text } as const
}
