import type { Operator } from 'rxjs'
import { distinctUntilChanged, filter, merge, Observable, Subject, Subscriber } from 'rxjs'
import { isStrayPromise } from '../data/containers.js'
import { fail, messageOf, say } from '../floor/errors.js'
import type { EventName, HookPayload, TrainerEvent } from './lifecycle.js'
import { hiddenKeys, lifecycle, lifecycleNames } from './lifecycle.js'

/** One event of one name. */
export type EventOf<N extends EventName> = Extract<TrainerEvent, { readonly name: N }>
/** An RxJS observable, so that only this file names RxJS. */
export type EventStream<T> = Observable<T>
/** All events of a trainer. */
export type TrainerEvents = Observable<TrainerEvent>

/** How `on` watches. */
export interface WatchOptions {
  /**
   * Only when the event's counter (steps for `batchEnd`, epochs for `epochEnd`) is a multiple of it.
   * Default 1: always.
   */
  readonly every?: number
  /** Who watches, for reports of what a subscriber throws. */
  readonly name?: string
}

/**
 * The streams of one trainer. They only watch: nothing waits for a subscriber, and one that throws,
 * also behind `pipe`, is contained and reported. What combines streams into new ones (`merge`,
 * `combineLatest`) subscribes by itself and cannot be contained. Knows RxJS, and nothing else does.
 */
export class EventBus {
  readonly #byName = new Map(lifecycleNames.map((name) => [name, new Subject<TrainerEvent>()]))

  constructor(readonly warn: (message: string) => void) {}

  /** The union of all events; errors of its subscribers are reported under a name. */
  readonly all = (subscriber: string): TrainerEvents =>
    contained<TrainerEvent>({ source: merge(...this.#byName.values()), subscriber, bus: this })

  /** The events of one name. @throws REG_OPTION_INVALID */
  on<N extends EventName>(name: N, options: WatchOptions = {}): EventStream<EventOf<N>> {
    const { every = 1, name: subscriber = `on(${name})` } = options
    const source = this.#byName.get(name)
    const stream = contained<EventOf<N>>({ source, subscriber, bus: this })
    const { counter } = lifecycle[name]
    checkDivisor(name, options.every, counter)
    if (every === 1 || counter === undefined) return stream
    const countOf = (event: EventOf<N>) => Number(event[counter as keyof EventOf<N>] ?? 0)
    const isDue = (count: number) => count % every === 0 && (count > 0 || name.endsWith('Start'))
    const isWanted = filter((event: EventOf<N>) => isDue(countOf(event)) && isCounted(event))
    return stream.pipe(distinctUntilChanged(Object.is, countOf), isWanted)
  }

  /** Whether anybody watches an event, so that making it is worth while. */
  readonly isWatched = (name: EventName): boolean => this.#byName.get(name)?.observed === true

  /** Tells the watchers, if there are any. */
  emit<N extends EventName>(name: N, payload: HookPayload<N>): void {
    const watched = this.#byName.get(name)
    if (!watched?.observed) return
    const event: Record<string, unknown> = { name }
    if (name === 'record') event.record = payload
    else for (const key in payload) if (!hiddenKeys.has(key)) event[key] = payload[key]
    watched.next(event as unknown as TrainerEvent)
  }

  /** Ends all streams. */
  complete(): void {
    for (const subject of this.#byName.values()) subject.complete()
  }
}

/**
 * Whether what an event tells of was counted. What was skipped, interrupted or failed has the count of
 * the event before it, which may have come before a resumption.
 */
const isCounted = (event: object): boolean =>
  !('outcome' in event) || event.outcome === 'completed' || event.outcome === 'stopped'

/** Refuses a divisor that would never or always let events pass. @throws REG_OPTION_INVALID */
function checkDivisor(event: EventName, every: unknown, counter: string | undefined): void {
  if (every === undefined) return
  const values = { event, option: 'every', found: every }
  const events = lifecycleNames.filter((name) => lifecycle[name].counter !== undefined)
  if (counter === undefined) fail('REG_OPTION_INVALID.uncounted', { ...values, events })
  const isWhole = Number.isInteger(every) && (every as number) >= 1
  const expected = 'a whole number from 1'
  if (!isWhole) fail('REG_OPTION_INVALID.divisor', { ...values, expected })
}

/** An observable whose subscribers cannot hurt each other or the run. */
class Contained<T> extends Observable<T> {
  subscriber = ''
  bus!: EventBus

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    return contained<R>({ ...this, source: this, operator })
  }

  override subscribe(next?: unknown, error?: unknown, complete?: unknown) {
    if (next instanceof Subscriber) return super.subscribe(next)
    const observer = Object(typeof next === 'object' ? next : { next, error, complete })
    let event = 'an event'
    let report = (thrown: unknown): void => {
      report = () => undefined
      const about = { subscriber: this.subscriber, event, message: messageOf(thrown) }
      this.bus.warn(say('notice.subscriber', about))
    }
    const safe = (kind: 'next' | 'error' | 'complete') => (value?: unknown) => {
      if (kind === 'next') event = (value as Partial<TrainerEvent> | undefined)?.name ?? event
      try {
        if (kind === 'error' && !observer.error) throw value
        const result: unknown = observer[kind]?.(value)
        isStrayPromise(result, (thrown) => report(thrown))
      } catch (thrown) {
        report(thrown)
      }
    }
    return super.subscribe({ next: safe('next'), error: safe('error'), complete: safe('complete') })
  }
}

const contained = <T>(about: object): Contained<T> => Object.assign(new Contained<T>(), about)
