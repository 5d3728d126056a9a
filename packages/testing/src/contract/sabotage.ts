import type { HookName } from '@regimen/core'

/** A hook of a plugin that is to fail: what it is told cannot be read, or what it calls fails. */
export interface Sabotage {
  readonly hook: HookName
  readonly mode: 'payload' | 'calls'
  /** Whether the hook has been called. */
  isActive: boolean
}

const originals = new WeakMap<object, unknown>()

/** What a tap is told, so that looking at it throws, or that its functions fail. */
export function sabotaged(told: unknown, mode: Sabotage['mode']): unknown {
  if (typeof told !== 'object' || told === null) return told
  const fail = () => {
    throw new Error('a look at what the hook tells fails on purpose')
  }
  const unreadable: ProxyHandler<object> = {
    get: (_, key) => (typeof key === 'symbol' || key === 'then' ? undefined : fail()),
    has: fail,
    ownKeys: fail,
  }
  const proxy = new Proxy(told, mode === 'payload' ? unreadable : failingCalls)
  originals.set(proxy, told)
  return proxy
}

/** What a tap gave back, without what {@link sabotaged} put around it. */
export function whole(given: unknown): unknown {
  if (given instanceof Promise) return given.then(whole)
  return originals.get(Object(given)) ?? given
}

/** `snapshot()` of a payload and `metrics.get()` reject, as they may in earnest. */
const failingCalls: ProxyHandler<object> = {
  get(told, key) {
    const value: unknown = Reflect.get(told, key)
    if (key === 'snapshot') return () => Promise.reject(new Error('snapshot fails on purpose'))
    if (key !== 'metrics' || typeof value !== 'object' || value === null) return value
    return new Proxy(value, {
      get(metrics, name) {
        if (name === 'get') return () => Promise.reject(new Error('metrics.get fails on purpose'))
        if (name === 'atHand') return () => undefined
        const member: unknown = Reflect.get(metrics, name)
        return typeof member === 'function' ? member.bind(metrics) : member
      },
    })
  },
}
