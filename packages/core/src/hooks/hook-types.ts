import type { EventName, Lifecycle, LifecycleName, WaterfallName } from './lifecycle.js'
import type { RecordEventPayload } from './payloads.js'

/** What a hook's taps receive. */
export type HookPayload<N extends LifecycleName> = NonNullable<
  Lifecycle[N]['types']
>['payload']
/** What the taps of a waterfall may replace. */
export type HookValue<N extends WaterfallName> = NonNullable<
  Lifecycle[N]['types']
>['value']
/** What watchers of an event receive: its name, and the payload without fields that may hold tensors. */
export type EventPayload<N extends EventName> = N extends 'record'
  ? RecordEventPayload
  : Visible<HookPayload<N>>
type Visible<P> = P extends unknown
  ? Readonly<Omit<P, 'data' | 'output' | 'snapshot'>>
  : never
/** One event of `events$`; `name` says which. */
export type TrainerEvent = {
  [N in EventName]: { readonly name: N } & EventPayload<N>
}[EventName]
