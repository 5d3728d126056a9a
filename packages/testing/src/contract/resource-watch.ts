import { replaceAll } from '../replaced-globals.js'

/** Functions that plugins may replace for a while and must put back. */
const BORROWED: readonly (readonly [object, string, string])[] = [
  [Math, 'random', 'Math.random'],
  [Date, 'now', 'Date.now'],
  [performance, 'now', 'performance.now'],
  [globalThis, 'fetch', 'fetch'],
  [console, 'log', 'console.log'],
  [console, 'warn', 'console.warn'],
  [console, 'error', 'console.error'],
  [process.stdout, 'write', 'process.stdout.write'],
  [process.stderr, 'write', 'process.stderr.write'],
]

type Start = (run: (...args: never[]) => void, ...rest: never[]) => object
type Clear = (timer?: never) => void

/** Something that was not released. */
export interface Leftover {
  /** Equal for two of the same sort. */
  readonly kind: string
  /** What it is and what to do, in words: `a timer (setInterval); clear it in teardown`. */
  readonly text: string
}

/** Watches for timers, process listeners and replaced functions that code does not release. */
export class ResourceWatch {
  readonly #timers = new Map<unknown, 'setTimeout' | 'setInterval'>()
  #listeners = listenersNow()
  #borrowed = functionsNow()

  /** Begins to watch timers. @returns a function that ends it */
  start(): () => void {
    const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis
    this.begin()
    return replaceAll([
      [
        globalThis,
        'setTimeout',
        this.#starting(setTimeout as unknown as Start, 'setTimeout'),
      ],
      [
        globalThis,
        'setInterval',
        this.#starting(setInterval as unknown as Start, 'setInterval'),
      ],
      [globalThis, 'clearTimeout', this.#clearing(clearTimeout as Clear)],
      [globalThis, 'clearInterval', this.#clearing(clearInterval as Clear)],
    ])
  }

  /** Forgets what there is, so that only later leftovers are found. */
  begin(): void {
    this.#timers.clear()
    this.#listeners = listenersNow()
    this.#borrowed = functionsNow()
  }

  /** What was left since {@link begin}. Removes it. */
  takeLeftovers(): Leftover[] {
    return [...this.#takeTimers(), ...this.#takeListeners(), ...this.#takeFunctions()]
  }

  #takeTimers(): Leftover[] {
    const left = [...this.#timers]
    for (const [timer] of left) clearTimeout(timer as NodeJS.Timeout)
    this.#timers.clear()
    return left.map(([, kind]) => ({
      kind,
      text: `a timer (${kind}); clear it in teardown`,
    }))
  }

  #takeListeners(): Leftover[] {
    return [...listenersNow()].flatMap(([event, listeners]) => {
      const before = this.#listeners.get(event) ?? []
      const added = listeners.filter((listener) => !before.includes(listener))
      for (const listener of added) process.off(event, listener as () => void)
      const name = JSON.stringify(String(event))
      const text = `a listener of the process for ${name}; process.off() it in teardown`
      return added.length > 0 ? [{ kind: `listener ${name}`, text }] : []
    })
  }

  #takeFunctions(): Leftover[] {
    return BORROWED.flatMap(([owner, name, kind], index) => {
      const functions = owner as Record<string, unknown>
      if (functions[name] === this.#borrowed[index]) return []
      functions[name] = this.#borrowed[index]
      return [
        { kind, text: `another function as ${kind}; put the old one back in teardown` },
      ]
    })
  }

  #starting(real: Start, kind: 'setTimeout' | 'setInterval') {
    return Object.assign((run: (...args: never[]) => void, ...rest: never[]): unknown => {
      const timer: unknown = real(
        (...args) => {
          if (kind === 'setTimeout') this.#timers.delete(timer)
          try {
            run(...args)
          } catch (thrown) {
            // Told as every failure that nobody waits for, rather than the end of the process.
            void Promise.reject(thrown)
          }
        },
        ...rest,
      )
      this.#timers.set(timer, kind)
      return timer
    }, real)
  }

  #clearing(real: Clear) {
    return (timer: unknown): void => {
      const isNumber = typeof timer === 'number' || typeof timer === 'string'
      for (const known of this.#timers.keys()) {
        if (known === timer || (isNumber && Number(known) === Number(timer)))
          this.#timers.delete(known)
      }
      real(timer as never)
    }
  }
}

function listenersNow(): Map<string | symbol, readonly unknown[]> {
  const events = process.eventNames() as NodeJS.Signals[]
  return new Map(events.map((event) => [event, process.rawListeners(event)]))
}

function functionsNow(): unknown[] {
  return BORROWED.map(([owner, name]) => (owner as Record<string, unknown>)[name])
}
