import { located, say } from '../floor/errors.js'
import { decodeJson, encodeJson, type Json } from '../floor/json.js'
import { quote } from '../floor/quote.js'
import type { NamedSchedule } from '../floor/schedule.js'
import type { Report, Reporter } from '../hooks/report.js'
import type { TapOwner } from '../hooks/tap-owner.js'
import { type NamedTensorData, type TensorData, under } from '../state/tensor-data.js'
import { buildContext } from './build-context.js'
import type { HostedTrainer } from './hosted-trainer.js'
import { InstalledPlugin } from './installed-plugin.js'
import { flattenPlugins, type Plugin, type PluginEntry } from './plugin.js'
import { orderPlugins } from './plugin-order.js'
import type { TrainerServices } from './services.js'
import type { StepRunner } from './step-runner.js'

/** What a report has besides its text. */
type ReportDetails = Pick<Report, 'waitsFor'>

/** A reporter with details that plugins cannot give. */
interface HostReporter extends Reporter {
  info(message: string, details?: ReportDetails): void
  warn(message: string, details?: ReportDetails): void
}

/** Applies plugins, once per trainer, and keeps their order, services, reports and states. */
export class PluginHost {
  /** In plugin order. */
  installed: readonly InstalledPlugin[] = []
  /** The user of the trainer, whose taps come after those of all plugins. */
  readonly user: TapOwner = {
    id: 'user',
    order: Number.POSITIVE_INFINITY,
    taps: new Set(),
    waits: [],
    isMuted: false,
    turn: 0,
  }
  readonly #trainer: HostedTrainer

  constructor(trainer: HostedTrainer) {
    this.#trainer = trainer
  }

  /** Adds plugins. @returns a function that removes them */
  use(entries: PluginEntry): () => Promise<void> {
    const added = flattenPlugins(entries)
    const present = this.installed.map(({ plugin }) => plugin)
    for (const [index, plugin] of orderPlugins(present, added).entries()) {
      if (present.includes(plugin)) continue
      const installed = new InstalledPlugin(plugin, this.#orderAt(index))
      this.installed = this.installed.toSpliced(index, 0, installed)
      try {
        installed.handle = plugin.apply(this.#contextFor(installed)) ?? {}
      } catch (thrown) {
        this.remove(added).catch(() => {})
        const { id } = plugin
        const what = `Plugin "${id}" failed when it was applied`
        throw located(thrown, 'REG_HOOK_FAILED', what, { plugin: id })
      }
      if (installed.wraps.length > 0) installed.taps.add('step')
    }
    return () => this.remove(added)
  }

  /** An order between those of the plugins before and after an index. */
  #orderAt(index: number): number {
    const before = this.installed[index - 1]?.order ?? 0
    const after = this.installed[index]?.order ?? before + 2
    return (before + after) / 2
  }

  #active(): readonly InstalledPlugin[] {
    return this.installed.filter(({ isMuted }) => !isMuted)
  }

  /** The muted plugin that would provide a service, and who muted it. */
  mutedProvider(
    name: keyof TrainerServices,
  ): Readonly<{ plugin: string; by: string }> | undefined {
    const found = this.installed.find(
      ({ isMuted, services }) =>
        isMuted && services.some(([provided]) => provided === name),
    )
    return found && { plugin: found.id, by: found.mutedBy ?? 'another plugin' }
  }

  /** All services of a name, in plugin order. */
  services<Name extends keyof TrainerServices>(
    name: Name,
  ): readonly TrainerServices[Name][] {
    return this.#active()
      .flatMap(({ services }) => services)
      .filter(([provided]) => provided === name)
      .map(([, service]) => service as TrainerServices[Name])
  }

  /** The schedules of the active plugins. */
  get schedules(): readonly NamedSchedule[] {
    return this.#active().flatMap(({ schedules }) => schedules)
  }

  /**
   * Sends reports to every service `reporter`; without one, warnings become process warnings. The event
   * `report` carries all of them.
   *
   * @param plugin id of the plugin that reports; absent for the core
   */
  reporter(plugin?: string): HostReporter {
    return {
      info: (message, details) =>
        this.#report({ level: 'info', message, ...details }, plugin),
      warn: (message, details) =>
        this.#report({ level: 'warn', message, ...details }, plugin),
    }
  }

  #report(content: Report, plugin: string | undefined): void {
    const report = plugin === undefined ? content : { ...content, plugin }
    const reporters = this.services('reporter')
    for (const reporter of reporters) reporter.report(report)
    if (reporters.length === 0 && report.level === 'warn') {
      const text = plugin === undefined ? report.message : `${plugin}: ${report.message}`
      globalThis.process?.emitWarning?.(text, 'RegimenWarning')
    }
    this.#trainer.hooks.bus.emit('report', report)
  }

  /** A step with all wrappers of plugins; the first plugin is outermost, innermost ones come last. */
  wrapped(step: StepRunner): StepRunner {
    const wraps = this.#active().flatMap((plugin) => plugin.wraps)
    const ordered = [
      ...wraps.filter(({ isInnermost }) => !isInnermost),
      ...wraps.filter(({ isInnermost }) => isInnermost),
    ]
    return ordered.reduceRight((next, { wrap }) => wrap(next), step)
  }

  /** Whether a plugin of this id is installed and not muted. */
  isActive(id: string): boolean {
    return this.#active().some((plugin) => plugin.id === id)
  }

  /** The plugins that keep state. */
  stateful(): readonly InstalledPlugin[] {
    return this.#active().filter(({ handle }) => handle.saveState)
  }

  /** The encoded states of the plugins by id; their tensors are added to `tensors`. */
  save(tensors: Record<string, TensorData>): Record<string, Json> {
    const states: Record<string, Json> = {}
    for (const { id, handle } of this.stateful()) {
      const saved = handle.saveState?.()
      const hasTensors = 'tensors' in Object(saved) && 'meta' in Object(saved)
      const { meta, tensors: ofPlugin } = Object(hasTensors ? saved : { meta: saved })
      states[id] = encodeJson(meta, `The state of plugin ${quote(id)}`)
      for (const name in ofPlugin) tensors[`plugin/${id}/${name}`] = ofPlugin[name]
    }
    return states
  }

  /** Loads the saved states into their plugins; a state without a plugin is reported. @throws REG_CHECKPOINT_MISMATCH */
  load(metas: Readonly<Record<string, Json>>, tensors: NamedTensorData): void {
    for (const [id, saved] of Object.entries(metas)) {
      const plugin = this.installed.find((installed) => installed.id === id)
      if (!plugin) {
        this.reporter().warn(say('notice.stateDropped', { plugin: id }))
        continue
      }
      const ofPlugin = under(`plugin/${id}/`, tensors)
      const meta = decodeJson(saved)
      const state = Object.keys(ofPlugin).length > 0 ? { meta, tensors: ofPlugin } : meta
      try {
        plugin.handle.loadState?.(state)
      } catch (thrown) {
        const what = `Plugin ${quote(id)} cannot resume from its saved state`
        const details = { plugin: id, data: { plugin: id } }
        throw located(thrown, 'REG_CHECKPOINT_MISMATCH', what, details)
      }
    }
  }

  /** Removes plugins, by default all, and disposes of them, the last first. */
  async remove(plugins?: readonly Plugin[]): Promise<void> {
    const removed = this.installed.filter(
      ({ plugin }) => plugins?.includes(plugin) ?? true,
    )
    for (const installed of removed) installed.isMuted = true
    this.installed = this.installed.filter((installed) => !removed.includes(installed))
    for (const { handle } of removed.reverse()) await handle.dispose?.()
  }

  #contextFor(installed: InstalledPlugin) {
    const { id } = installed
    const mute = (other: string) => {
      const found = this.installed.find((plugin) => plugin.id === other)
      if (!found) return
      found.isMuted = true
      found.mutedBy = id
    }
    return buildContext({
      trainer: this.#trainer,
      installed,
      report: this.reporter(id),
      others: {
        plugins: { list: () => this.installed.map(({ info }) => info), mute },
        service: (name) => this.services(name)[0],
        services: (name) => this.services(name),
      },
    })
  }
}
