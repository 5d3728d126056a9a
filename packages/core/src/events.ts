import {
  Observable,
  type Observer,
  type Operator,
  Subject,
  Subscriber,
  type Subscription,
} from 'rxjs'
import { filter } from 'rxjs/operators'
import { isThenable } from './containers.js'
import { messageOf } from './errors.js'
import {
  type EventName,
  eventNames,
  type HookPayload,
  hiddenKeys,
  lifecycle,
  type TrainerEvent,
} from './lifecycle.js'

/** One event of one name. */
export type EventOf<N extends EventName> = Extract<TrainerEvent, { readonly name: N }>
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
  readonly #byName: ReadonlyMap<EventName, Subject<TrainerEvent>>
  readonly #onError: ContainedError

  constructor(onError: ContainedError) {
    this.#onError = onError
    this.#byName = new Map(eventNames.map((name) => [name, new Subject<TrainerEvent>()]))
  }

  /** The union of all events; errors of its subscribers are reported under a name. */
  all(subscriber: string): TrainerEvents {
    return new ContainedObservable(this.#all, subscriber, this.#onError)
  }

  on<N extends EventName>(name: N, options: WatchOptions = {}): EventStream<EventOf<N>> {
    const subject = this.#byName.get(name) as unknown as Subject<EventOf<N>>
    const stream = new ContainedObservable<EventOf<N>>(
      subject,
      options.name ?? `on(${name})`,
      this.#onError,
    )
    const { every = 1 } = options
    const { counter } = lifecycle[name]
    if (every <= 1 || counter === undefined) return stream
    const isStart = name.endsWith('Start')
    let last = -1
    return stream.pipe(
      filter((event) => {
        const count = (event as unknown as Record<string, number>)[counter] as number
        const isDue = count !== last && count % every === 0 && (count > 0 || isStart)
        last = count
        return isDue
      }),
    )
  }

  /** Whether anybody watches an event, so that making it is worth while. */
  isWatched(name: EventName): boolean {
    return this.#all.observed || (this.#byName.get(name)?.observed ?? false)
  }

  /** Tells the watchers, if there are any. */
  emit<N extends EventName>(name: N, payload: HookPayload<N>): void {
    if (!this.isWatched(name)) return
    const event: Record<string, unknown> = name === 'record' ? { name, record: payload } : { name }
    if (name !== 'record') {
      for (const key in payload) if (!hiddenKeys.has(key)) event[key] = payload[key]
    }
    this.#byName.get(name)?.next(event as unknown as TrainerEvent)
    this.#all.next(event as unknown as TrainerEvent)
  }

  /** Ends all streams. */
  complete(): void {
    for (const subject of [this.#all, ...this.#byName.values()]) subject.complete()
  }
}

/** An observable whose subscribers cannot hurt each other or the run. */
class ContainedObservable<T> extends Observable<T> {
  readonly #name: string
  readonly #onError: ContainedError

  constructor(source: Observable<unknown>, name: string, onError: ContainedError) {
    super()
    this.source = source
    this.#name = name
    this.#onError = onError
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new ContainedObservable<R>(this, this.#name, this.#onError)
    lifted.operator = operator as Operator<unknown, R>
    return lifted
  }

  override subscribe(
    given?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    if (given instanceof Subscriber) return super.subscribe(given)
    const isFunction = typeof given === 'function'
    const observer = isFunction ? { next: given, error, complete } : (given ?? {})
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
        if (isThenable(result)) result.then(undefined, report)
      } catch (thrown) {
        report(thrown)
      }
    }
    return super.subscribe({
      next: (value) => {
        last = (value as Partial<TrainerEvent> | undefined)?.name ?? last
        contain(() => observer.next?.(value))
      },
      error: (thrown) =>
        observer.error ? contain(() => observer.error?.(thrown)) : report(thrown),
      complete: () => contain(() => observer.complete?.()),
    })
  }
}
