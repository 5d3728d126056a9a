import { type Context, context } from '@opentelemetry/api'
import { definePlugin, type LoggerService, type Plugin, quote } from '@regimen/core'
import { hurryAll, Redactor, Secret, secretsAround } from '@regimen/logger-kit'
import { headerSecrets } from './destination.js'
import type { Counts } from './export-report.js'
import { type OtelOptions, options } from './options.js'
import { RunMeters } from './run-meters.js'
import { SpanTree } from './span-tree.js'
import { tapMeters } from './tap-meters.js'
import { tapSpans } from './tap-spans.js'
import { openTelemetry, type Telemetry } from './telemetry.js'
import type { TracedRun } from './traced-run.js'

/** The service `logger` of this logger. */
export interface OtelHandle extends LoggerService {
  readonly id: string
  /** Id of the trace of the latest run; `undefined` before it, and if nothing records. */
  readonly traceId: string | undefined
  /** What became of the latest run's spans, unless the program has registered providers. */
  readonly counts: Counts
}

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'logger-otel': OtelOptions
  }
}

const NOTHING: Counts = { ended: 0, exported: 0, failed: 0 }
/** A shorter header may be a word that a text has for another reason. */
const SHORTEST_SECRET = 4

/**
 * Traces runs and measures them with OpenTelemetry: spans of run, epochs, validations and what is saved,
 * a gauge for each metric, and how long steps take. They go to the providers that the program has
 * registered, else to an OTLP/HTTP collector.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; at the start of a run REG_OPTION_INVALID if there is nowhere to send to
 * @example
 * new Trainer({ plugins: [otelLogger({ endpoint: 'http://127.0.0.1:4318' })] })
 */
export function otelLogger(input: OtelOptions = {}): Plugin {
  const checked = options.check(input)
  return definePlugin({
    name: 'otel-logger',
    recipe: { factory: otelLogger, options: input, schema: options },
    id: checked.id,
    writes: true,
    apply(plugin) {
      const { id, hooks, report, provide } = plugin
      let telemetry: Telemetry | undefined
      let run: TracedRun | undefined
      let traceId: string | undefined

      async function begin(outside: Context): Promise<TracedRun> {
        const environment = process.env
        const redactor = redactorOf([
          ...Object.values(checked.headers ?? {}),
          ...headerSecrets(environment),
          ...Object.values(secretsAround(environment)),
        ])
        telemetry = await openTelemetry({ ...checked, environment, report, redactor })
        const refused = (name: string, reason: string) =>
          report.info(
            `Metric ${quote(name)} has no gauge: ${reason}. It is in the spans.`,
          )
        const safe = (text: string) => redactor.logged(text)
        return {
          spans: new SpanTree(telemetry.tracer, outside, safe),
          meters: new RunMeters(telemetry.meter, refused),
          safe,
        }
      }

      hooks.setup.tapPromise(id, async ({ stage, run: info }) => {
        run = await begin(context.active())
        run.spans.begin(`regimen.${stage}`, {
          'regimen.stage': stage,
          'regimen.backend': info.backend,
          'regimen.resumed': info.isResumed,
        })
        traceId = run.spans.root?.spanContext().traceId
      })
      tapSpans(plugin, checked, () => run)
      tapMeters(plugin, () => run)
      hooks.teardown.tapPromise(id, async ({ outcome }) => {
        // Taps of teardown wait for each other: the others deliver while a collector is waited for.
        hurryAll(plugin.services('logger'))
        const [ended, sender] = [run, telemetry]
        run = undefined
        ended?.spans.close(outcome, {})
        await sender?.close()
      })

      const handle: OtelHandle = {
        name: 'otel-logger',
        id,
        get traceId() {
          return traceId
        },
        get counts() {
          return telemetry?.counts ?? NOTHING
        },
      }
      provide('logger', handle)
      return {
        async dispose() {
          const [ended, sender] = [run, telemetry]
          run = undefined
          if (!ended) return
          ended.spans.close('interrupted', {})
          await sender?.close()
        },
      }
    },
  })
}

/** Takes headers out of texts, whole and without their scheme. */
function redactorOf(values: readonly string[]): Redactor {
  const parts = values.flatMap((value) => [value, value.replace(/^\S+\s+/, '')])
  const secrets = parts.filter((part) => part.length >= SHORTEST_SECRET)
  return new Redactor([...new Set(secrets)].map((secret) => new Secret(secret)))
}
