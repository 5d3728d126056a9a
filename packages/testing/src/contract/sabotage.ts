import type { HookName } from '@regimen/core'

/** A hook of a plugin that is to fail: its payload cannot be read, or what it calls fails. */
export interface Sabotage {
  readonly hook: HookName
  readonly mode: 'payload' | 'calls'
  /** Whether the hook has been called. */
  isActive: boolean
}

const originals = new WeakMap<object, unknown>()

/** The payload of a tap, changed so that reading it throws, or that its functions fail. */
export function sabotaged(payload: unknown, mode: Sabotage['mode']): unknown {
  if (typeof payload !== 'object' || payload === null) return payload
  const fail = () => {
    throw new Error('reading the payload fails on purpose')
  }
  const unreadable: ProxyHandler<object> = {
    get: (_, key) => (typeof key === 'symbol' || key === 'then' ? undefined : fail()),
    has: fail,
    ownKeys: fail,
  }
  const proxy = new Proxy(payload, mode === 'payload' ? unreadable : failingCalls)
  originals.set(proxy, payload)
  return proxy
}

/** What a tap returned, without the proxy of {@link sabotaged}. */
export function whole(result: unknown): unknown {
  if (result instanceof Promise) return result.then(whole)
  return originals.get(Object(result)) ?? result
}

/** `snapshot()` of a payload and `metrics.get()` reject, as they may in earnest. */
const failingCalls: ProxyHandler<object> = {
  get(payload, key) {
    const value: unknown = Reflect.get(payload, key)
    if (key === 'snapshot')
      return () => Promise.reject(new Error('snapshot fails on purpose'))
    if (key !== 'metrics' || typeof value !== 'object' || value === null) return value
    return new Proxy(value, {
      get(metrics, name) {
        if (name === 'get')
          return () => Promise.reject(new Error('metrics.get fails on purpose'))
        if (name === 'atHand') return () => undefined
        const member: unknown = Reflect.get(metrics, name)
        return typeof member === 'function' ? member.bind(metrics) : member
      },
    })
  },
}
