import type { Observer, Operator } from 'rxjs'
import {
  distinctUntilChanged,
  filter,
  merge,
  Observable,
  Subject,
  Subscriber,
} from 'rxjs'
import { isStrayPromise } from '../data/containers.js'
import { fail, messageOf, say } from '../floor/errors.js'
import type { HookPayload, TrainerEvent } from './hook-types.js'
import type { EventName } from './lifecycle.js'
import { hiddenKeys, lifecycle, lifecycleNames, startNames } from './lifecycle.js'

/** One event of one name. */
export type EventOf<N extends EventName> = Extract<TrainerEvent, { readonly name: N }>
/** An RxJS observable; only this file names RxJS. */
export type EventStream<T> = Observable<T>
/** All events of a trainer. */
export type TrainerEvents = Observable<TrainerEvent>

/** Options of `on`. */
export interface WatchOptions {
  /**
   * Only events whose counter (steps for `batchEnd`, epochs for `epochEnd`) is a multiple of it.
   * Default 1: all.
   */
  readonly every?: number
  /** The subscriber's name, for reports of its errors. */
  readonly name?: string
}

type Warn = (message: string) => void

/**
 * The streams of one trainer, for watching only: nothing waits for a subscriber, and one that throws,
 * even after `pipe`, is contained and reported. Functions that combine streams (`merge`,
 * `combineLatest`) subscribe themselves and cannot be contained.
 */
export class EventBus {
  readonly #byName = new Map(
    lifecycleNames.map((name) => [name, new Subject<TrainerEvent>()]),
  )

  constructor(private readonly warn: Warn) {}

  /** All events; errors of its subscribers are reported under a name. */
  readonly all = (subscriber: string): TrainerEvents =>
    new ContainedStream(merge(...this.#byName.values()), undefined, {
      subscriber,
      warn: this.warn,
    })

  /** The events of one name. @throws REG_OPTION_INVALID */
  on<N extends EventName>(name: N, options: WatchOptions = {}): EventStream<EventOf<N>> {
    const { every = 1, name: subscriber = `on(${name})` } = options
    const source = this.#byName.get(name)
    const stream = new ContainedStream<EventOf<N>>(source, undefined, {
      subscriber,
      warn: this.warn,
    })
    const { counter } = lifecycle[name]
    checkDivisor(name, options.every, counter)
    if (every === 1 || counter === undefined) return stream
    const isAtStart = startNames.has(name)
    const countOf = (event: EventOf<N>) => Number(event[counter as keyof EventOf<N>] ?? 0)
    const isDue = (count: number) => count % every === 0 && (count > 0 || isAtStart)
    const isWanted = filter(
      (event: EventOf<N>) => isDue(countOf(event)) && isCounted(event),
    )
    return stream.pipe(distinctUntilChanged(Object.is, countOf), isWanted)
  }

  /** Whether anyone watches an event; otherwise it need not be made. */
  readonly isWatched = (name: EventName): boolean =>
    this.#byName.get(name)?.observed === true

  /** Sends an event to its watchers, if there are any. */
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
 * Whether the counter counts the event. What was skipped, interrupted or failed has the count of the
 * event before it, which may have come before the run was resumed.
 */
const isCounted = (event: object): boolean =>
  !('outcome' in event) || event.outcome === 'completed' || event.outcome === 'stopped'

/** Refuses a divisor that no event, or every event, would pass. @throws REG_OPTION_INVALID */
function checkDivisor(
  event: EventName,
  every: unknown,
  counter: string | undefined,
): void {
  if (every === undefined) return
  const values = { event, option: 'every', found: every }
  const events = lifecycleNames.filter((name) => lifecycle[name].counter !== undefined)
  if (counter === undefined) fail('REG_OPTION_INVALID.uncounted', { ...values, events })
  const isWhole = Number.isInteger(every) && (every as number) >= 1
  const expected = 'a whole number from 1'
  if (!isWhole) fail('REG_OPTION_INVALID.divisor', { ...values, expected })
}

/** How errors of a subscriber are reported: under which name, and where. */
interface Watch {
  readonly subscriber: string
  readonly warn: Warn
}

/** An observable whose subscribers cannot disturb each other or the run. */
class ContainedStream<T> extends Observable<T> {
  constructor(
    source: Observable<unknown> | undefined,
    operator: Operator<never, T> | undefined,
    private readonly watch: Watch,
  ) {
    super()
    this.source = source
    this.operator = operator
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    return new ContainedStream<R>(
      this,
      operator as Operator<never, R> | undefined,
      this.watch,
    )
  }

  override subscribe(next?: unknown, error?: unknown, complete?: unknown) {
    if (next instanceof Subscriber) return super.subscribe(next)
    const observer = Object(typeof next === 'object' ? next : { next, error, complete })
    return super.subscribe(new ContainedObserver<T>(observer, this.watch))
  }
}

/** Forwards everything to a subscriber; its first error is reported, the rest are dropped. */
class ContainedObserver<T> implements Observer<T> {
  #latest = 'an event'
  #hasReported = false

  constructor(
    private readonly observer: Partial<Observer<T>>,
    private readonly watch: Watch,
  ) {}

  next(value: T): void {
    this.#latest = (value as Partial<TrainerEvent> | undefined)?.name ?? this.#latest
    this.#pass('next', value)
  }

  error(thrown: unknown): void {
    if (this.observer.error) this.#pass('error', thrown)
    else this.#report(thrown)
  }

  complete(): void {
    this.#pass('complete')
  }

  #pass(kind: keyof Observer<T>, value?: unknown): void {
    try {
      isStrayPromise(this.observer[kind]?.(value as T), this.#report)
    } catch (thrown) {
      this.#report(thrown)
    }
  }

  readonly #report = (thrown: unknown): void => {
    if (this.#hasReported) return
    this.#hasReported = true
    const { subscriber, warn } = this.watch
    warn(
      say('notice.subscriber', {
        subscriber,
        event: this.#latest,
        message: messageOf(thrown),
      }),
    )
  }
}
