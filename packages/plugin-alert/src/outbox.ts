import type { Reporter } from '@regimen/core'
import type { AlertEvent } from './alert-event.js'
import type { ResolvedOptions } from './options.js'
import { postAlert } from './webhook.js'

/** Sends alerts without holding up the run: what cannot be sent is a warning. */
export class Outbox {
  readonly #options: ResolvedOptions
  readonly #report: Pick<Reporter, 'warn'>
  readonly #underWay = new Set<Promise<void>>()
  readonly #given = new AbortController()
  #count = 0

  constructor(options: ResolvedOptions, report: Pick<Reporter, 'warn'>) {
    this.#options = options
    this.#report = report
  }

  /** Whether alerts are still being sent. */
  get isBusy(): boolean {
    return this.#underWay.size > 0
  }

  /** Sends an alert through all channels; returns at once. */
  send(event: AlertEvent): void {
    const { webhook, command, desktop, limit } = this.#options
    this.#count++
    if (this.#count > limit) {
      if (this.#count === limit + 1)
        this.#report.warn(`There were ${limit} alerts; no more are sent in this run.`)
      return
    }
    const { signal } = this.#given
    if (webhook !== undefined)
      this.#track('The webhook', () => postAlert(event, this.#options, signal))
    if (command !== undefined) this.#track('The command', () => this.#run(event, command))
    if (desktop) this.#track('The desktop', () => this.#run(event))
  }

  async #run(event: AlertEvent, command?: readonly string[]): Promise<void> {
    const { desktopCommand, runCommand } = await import('./run-command.js')
    const [program = '', ...args] = command ?? []
    const found = command ? { program, args } : desktopCommand(event)
    const timeoutMs = 1000 * this.#options.timeoutSeconds
    await runCommand(found, event, { timeoutMs, signal: this.#given.signal })
  }

  #track(channel: string, send: () => Promise<void>): void {
    const sending = send()
      .catch((thrown: unknown) => {
        const why = thrown instanceof Error ? thrown.message : String(thrown)
        this.#report.warn(`${channel} did not take an alert: ${why}.`)
      })
      .finally(() => this.#underWay.delete(sending))
    this.#underWay.add(sending)
  }

  /** Waits for what is under way, no longer than `timeoutSeconds`; then it is given up. */
  async close(): Promise<void> {
    if (!this.isBusy) return
    const timer = setTimeout(
      () => this.#given.abort(new Error('the run has ended')),
      1000 * this.#options.timeoutSeconds,
    )
    while (this.isBusy) await Promise.all(this.#underWay)
    clearTimeout(timer)
  }
}
