import {
  Observable,
  type Observer,
  type Operator,
  Subject,
  Subscriber,
  type Subscription,
} from 'rxjs'
import { filter } from 'rxjs/operators'
import { messageOf } from './errors.js'
import {
  type EventName,
  type EventPayload,
  eventNames,
  type HookPayload,
  lifecycle,
  type TrainerEvent,
} from './lifecycle.js'

/** One event of one name. */
export type EventOf<Name extends EventName> = Extract<TrainerEvent, { readonly name: Name }>

/** An RxJS observable, so that only this file names RxJS. */
export type EventStream<T> = Observable<T>
/** All events of a trainer. */
export type TrainerEvents = Observable<TrainerEvent>

/** How `on` watches. */
export interface WatchOptions {
  /** Only when the event's counter (optimizer steps for `batchEnd`, epochs for `epochEnd`) is a multiple. */
  readonly every?: number
  /** Who watches, for reports. */
  readonly name?: string
}

/** Told when a subscriber throws. */
export type ContainedError = (subscriber: string, event: string, message: string) => void

/**
 * The streams of one trainer. They only watch: nothing waits for a subscriber, and one that throws,
 * also behind `pipe`, is contained and reported. What combines streams into new ones (`merge`,
 * `combineLatest`) subscribes by itself and cannot be contained. Knows RxJS, and nothing else does.
 */
export class EventBus {
  readonly #all = new Subject<TrainerEvent>()
  readonly #byName = new Map<EventName, Subject<TrainerEvent>>(
    eventNames.map((name) => [name, new Subject<TrainerEvent>()]),
  )
  readonly #onError: ContainedError
  readonly events$: Observable<TrainerEvent>

  constructor(onError: ContainedError) {
    this.#onError = onError
    this.events$ = this.namedStream('events$')
  }

  /** The union of all events; errors of its subscribers are reported under a name. */
  namedStream(subscriber: string): Observable<TrainerEvent> {
    return new ContainedObservable(this.#all, subscriber, this.#onError)
  }

  on<Name extends EventName>(name: Name, options: WatchOptions = {}): Observable<EventOf<Name>> {
    const subject = this.#byName.get(name) as unknown as Subject<EventOf<Name>>
    const stream = new ContainedObservable(subject, options.name ?? `on(${name})`, this.#onError)
    const { every } = options
    const { counter } = lifecycle[name]
    if (every === undefined || every <= 1 || counter === undefined) return stream
    let last = -1
    return stream.pipe(
      filter((event) => {
        const count = (event as unknown as Record<string, number>)[counter] as number
        const isDue = count !== last && count % every === 0
        last = count
        return isDue
      }),
    )
  }

  /** Whether anybody watches an event, so that making it is worth while. */
  isWatched(name: EventName): boolean {
    return this.#all.observed || (this.#byName.get(name) as Subject<TrainerEvent>).observed
  }

  /** Tells the watchers, if there are any. */
  emit<Name extends EventName>(name: Name, payload: HookPayload<Name>): void {
    if (!this.isWatched(name)) return
    const event = eventOf(name, payload)
    this.#byName.get(name)?.next(event)
    this.#all.next(event)
  }

  /** Ends all streams. */
  complete(): void {
    this.#all.complete()
    for (const subject of this.#byName.values()) subject.complete()
  }
}

function eventOf<Name extends EventName>(name: Name, payload: HookPayload<Name>): TrainerEvent {
  const hidden: readonly string[] = lifecycle[name].hidden
  if (name === 'record') return { name, record: payload } as unknown as TrainerEvent
  const event: Record<string, unknown> = { name }
  for (const key in payload) if (!hidden.includes(key)) event[key] = payload[key]
  return event as unknown as TrainerEvent & EventPayload<Name>
}

/** An observable whose subscribers cannot hurt each other or the run. */
class ContainedObservable<T> extends Observable<T> {
  readonly #name: string
  readonly #onError: ContainedError

  constructor(source: Observable<T> | undefined, name: string, onError: ContainedError) {
    super()
    this.source = source
    this.#name = name
    this.#onError = onError
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new ContainedObservable<R>(undefined, this.#name, this.#onError)
    lifted.source = this
    lifted.operator = operator as Operator<unknown, R>
    return lifted
  }

  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext)
    const observer: Partial<Observer<T>> =
      typeof observerOrNext === 'function'
        ? { next: observerOrNext, ...(error && { error }), ...(complete && { complete }) }
        : (observerOrNext ?? {})
    return super.subscribe(this.#contain(observer))
  }

  #contain(observer: Partial<Observer<T>>): Observer<T> {
    let hasReported = false
    let last = 'an event'
    const report = (thrown: unknown): void => {
      if (hasReported) return
      hasReported = true
      this.#onError(this.#name, last, messageOf(thrown))
    }
    const contain = (call: () => unknown): void => {
      try {
        const result = call()
        if (result instanceof Promise) result.catch(report)
      } catch (thrown) {
        report(thrown)
      }
    }
    return {
      next: (value) => {
        last = nameOf(value) ?? last
        contain(() => observer.next?.(value))
      },
      error: (thrown: unknown) => {
        if (observer.error) contain(() => observer.error?.(thrown))
        else report(thrown)
      },
      complete: () => contain(() => observer.complete?.()),
    }
  }
}

function nameOf(value: unknown): string | undefined {
  const name: unknown = typeof value === 'object' && value !== null && 'name' in value && value.name
  return typeof name === 'string' ? name : undefined
}
