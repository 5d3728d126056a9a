type Listener = (...values: unknown[]) => void

interface Emitter {
  listeners(event: string): Listener[]
  removeListener(event: string, listener: Listener): unknown
}

const EVENTS = ['uncaughtException', 'unhandledRejection']

/** Both of Emscripten's listeners do nothing but throw what they are given. */
const RETHROWS = /^function \((\w+)\) \{[^}]*throw \1;?[\s}]*$/

/**
 * Waits for an Emscripten module to load and takes out the process listeners that it adds in Node,
 * which would change what an unhandled error of the whole program does. Does nothing in browsers.
 */
export async function withoutNewListeners<T>(load: () => Promise<T>): Promise<T> {
  const emitter = processEmitter()
  if (emitter === undefined) return load()
  const before = new Map(EVENTS.map((event) => [event, emitter.listeners(event)]))
  try {
    return await load()
  } finally {
    for (const event of EVENTS) {
      for (const listener of emitter.listeners(event)) {
        const isNew = before.get(event)?.includes(listener) === false
        if (isNew && RETHROWS.test(String(listener)))
          emitter.removeListener(event, listener)
      }
    }
  }
}

function processEmitter(): Emitter | undefined {
  const { process } = globalThis as { process?: Partial<Emitter> }
  return typeof process?.listeners === 'function' ? (process as Emitter) : undefined
}
