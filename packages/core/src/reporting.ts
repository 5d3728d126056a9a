import type { EventBus } from './events.js'
import type { Reporter } from './plugin.js'
import type { PluginHost } from './plugin-host.js'
import type { Report, ReporterService } from './registry.js'

/** The name under which the core reports. */
export const CORE = 'core'

/**
 * Brings reports to a person: to every service `reporter`, else warnings become warnings of the
 * process. Watchers of the event `report` see all of them.
 */
export function createReporter(host: () => PluginHost, bus: EventBus, plugin: string): Reporter {
  const send = (level: Report['level'], message: string): void => {
    const report: Report = plugin === CORE ? { level, message } : { level, message, plugin }
    const reporters = host().services('reporter') as ReporterService[]
    for (const reporter of reporters) reporter.report(report)
    if (reporters.length === 0 && level === 'warn') warnProcess(report)
    bus.emit('report', report)
  }
  return { info: (message) => send('info', message), warn: (message) => send('warn', message) }
}

function warnProcess({ message, plugin }: Report): void {
  const runtime = (globalThis as { process?: Partial<Pick<NodeJS.Process, 'emitWarning'>> }).process
  runtime?.emitWarning?.(plugin ? `${plugin}: ${message}` : message, 'RegimenWarning')
}
