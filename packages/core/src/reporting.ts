import type { EventBus } from './events.js'
import type { Reporter } from './plugin.js'
import type { Report, ReporterService } from './registry.js'

/**
 * Brings reports to a person: to every service `reporter`, else warnings become warnings of the
 * process. Watchers of the event `report` see all of them.
 *
 * @param plugin id of the plugin that reports; absent for the core
 */
export function createReporter(
  services: (name: string) => readonly unknown[],
  bus: EventBus,
  plugin?: string,
): Reporter {
  const send = (level: Report['level'], message: string): void => {
    const report: Report = plugin === undefined ? { level, message } : { level, message, plugin }
    const reporters = services('reporter') as ReporterService[]
    for (const reporter of reporters) reporter.report(report)
    if (reporters.length === 0 && level === 'warn') {
      const runtime = globalThis as { process?: { emitWarning?(text: string, kind: string): void } }
      const text = plugin === undefined ? message : `${plugin}: ${message}`
      runtime.process?.emitWarning?.(text, 'RegimenWarning')
    }
    bus.emit('report', report)
  }
  return { info: (message) => send('info', message), warn: (message) => send('warn', message) }
}
