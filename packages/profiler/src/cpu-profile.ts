import type { Session } from 'node:inspector'
import type { NodeModules } from './node-files.js'

/** A V8 CPU profile of this thread, one sample per millisecond, from its construction on. */
export class CpuProfile {
  readonly #session: Session
  readonly #endMs: number
  #profile: object | undefined
  #isRunning = true
  /** Whether the limit ended the profile before the run. */
  isCut = false

  constructor({ inspector }: NodeModules, maxMs: number) {
    this.#session = new inspector.Session()
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.start')
    this.#endMs = performance.now() + maxMs
  }

  /** Ends the profile once its time is up. */
  endIfDue(): void {
    if (!this.#isRunning || performance.now() < this.#endMs) return
    this.isCut = true
    this.stop()
  }

  /** Ends the profile. @returns what a `.cpuprofile` file holds; `undefined` if V8 gave none */
  stop(): object | undefined {
    if (!this.#isRunning) return this.#profile
    this.#isRunning = false
    this.#session.post('Profiler.stop', (error, result) => {
      if (!error) this.#profile = result.profile
    })
    this.#session.disconnect()
    return this.#profile
  }
}
