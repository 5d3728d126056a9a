import type { Answer, Exchange } from './exchange.js'
import type { Store } from './store.js'

/** Answers one request with JSON, or bytes for downloads. */
export type Handler = (exchange: Exchange, store: Store) => Answer['body']

/** Handlers by `METHOD /path`. */
export type Routes = Readonly<Record<string, Handler>>
