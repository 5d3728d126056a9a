import { Observable, type Observer, type Operator, Subject, Subscriber } from 'rxjs'
import { filter } from 'rxjs/operators'
import { isThenable } from './containers.js'
import { messageOf } from './errors.js'
import type { EventName, HookPayload, TrainerEvent } from './lifecycle.js'
import { eventNames, hiddenKeys, lifecycle } from './lifecycle.js'

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
type ContainedError = (subscriber: string, event: string, message: string) => void

const hidden: ReadonlySet<string> = new Set(hiddenKeys)

/**
 * The streams of one trainer. They only watch: nothing waits for a subscriber, and one that throws,
 * also behind `pipe`, is contained and reported. What combines streams into new ones (`merge`,
 * `combineLatest`) subscribes by itself and cannot be contained. Knows RxJS, and nothing else does.
 */
export class EventBus {
  readonly #all = new Subject<TrainerEvent>()
  readonly #byName = new Map(eventNames.map((name) => [name, new Subject<TrainerEvent>()]))

  constructor(private readonly onError: ContainedError) {}

  /** The union of all events; errors of its subscribers are reported under a name. */
  all(subscriber: string): TrainerEvents {
    return new ContainedObservable(this.#all, subscriber, this.onError)
  }

  /** The events of one name. */
  on<N extends EventName>(name: N, options: WatchOptions = {}): EventStream<EventOf<N>> {
    const { every = 1, name: who = `on(${name})` } = options
    const subject = this.#byName.get(name) as unknown as Subject<EventOf<N>>
    const stream = new ContainedObservable<EventOf<N>>(subject, who, this.onError)
    const { counter } = lifecycle[name]
    if (every <= 1 || counter === undefined) return stream
    const isStart = name.endsWith('Start')
    let last = -1
    const isDue = (event: EventOf<N>) => {
      const count = (event as unknown as Record<string, number>)[counter] as number
      const isNew = count !== last && (count > 0 || isStart)
      last = count
      return isNew && count % every === 0
    }
    return stream.pipe(filter(isDue))
  }

  /** Whether anybody watches an event, so that making it is worth while. */
  isWatched(name: EventName): boolean {
    return this.#all.observed || (this.#byName.get(name)?.observed ?? false)
  }

  /** Tells the watchers, if there are any. */
  emit<N extends EventName>(name: N, payload: HookPayload<N>): void {
    if (!this.isWatched(name)) return
    const event: Record<string, unknown> = { name }
    if (name === 'record') event.record = payload
    else for (const key in payload) if (!hidden.has(key)) event[key] = payload[key]
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
  constructor(
    override source: Observable<unknown>,
    private readonly subscriber: string,
    private readonly onError: ContainedError,
  ) {
    super()
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new ContainedObservable<R>(this, this.subscriber, this.onError)
    lifted.operator = operator as Operator<unknown, R>
    return lifted
  }

  override subscribe(
    given?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ) {
    if (given instanceof Subscriber) return super.subscribe(given)
    const observer = typeof given === 'function' ? { next: given, error, complete } : (given ?? {})
    let hasReported = false
    let last = 'an event'
    const report = (thrown: unknown): void => {
      if (hasReported) return
      hasReported = true
      this.onError(this.subscriber, last, messageOf(thrown))
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
      error: (thrown) => contain(() => (observer.error ?? report)(thrown)),
      complete: () => contain(() => observer.complete?.()),
    })
  }
}
