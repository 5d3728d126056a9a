import {
  type Attributes,
  type Context,
  context,
  type Exception,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Outcome } from '@regimen/core'

interface OpenSpan {
  readonly name: string
  readonly span: Span
  readonly context: Context
}

/** The spans of a run: each that begins is a child of the innermost open one. */
export class SpanTree {
  readonly #tracer: Tracer
  readonly #outside: Context
  readonly #safe: (text: string) => string
  readonly #open: OpenSpan[] = []
  /** Those that failed wait, innermost first, for the error that ended them. */
  readonly #failed: Span[] = []
  /** Those whose status has the text of the error. */
  readonly #explained = new Set<Span>()

  /**
   * @param outside what the run is called in: its active span is the parent of all
   * @param safe takes keys out of a text
   */
  constructor(tracer: Tracer, outside: Context, safe: (text: string) => string) {
    this.#safe = safe
    this.#tracer = tracer
    this.#outside = outside
  }

  /** A context in which the innermost open span is active. */
  get context(): Context {
    return this.#open.at(-1)?.context ?? this.#outside
  }

  /** The outermost span, while it is open. */
  get root(): Span | undefined {
    return this.#open[0]?.span
  }

  begin(name: string, attributes: Attributes): void {
    const span = this.#tracer.startSpan(name, { attributes }, this.context)
    this.#open.push({ name, span, context: trace.setSpan(this.context, span) })
  }

  /** Ends the innermost span of a name, and what is still open in it. */
  end(name: string, outcome: Outcome, attributes: Attributes): void {
    const index = this.#open.findLastIndex((one) => one.name === name)
    if (index < 0) return
    for (const { span } of this.#open.splice(index + 1).reverse())
      this.#end(span, outcome, {})
    const [ended] = this.#open.splice(index)
    if (ended) this.#end(ended.span, outcome, attributes)
  }

  /** Adds an event to the innermost open span. */
  event(name: string, attributes: Attributes): void {
    this.#open.at(-1)?.span.addEvent(name, attributes)
  }

  /** The run has failed: the innermost span that failed, and the outermost, say why. */
  fail(exception: Exception, message: string): void {
    const spans = new Set([this.#failed[0] ?? this.#open.at(-1)?.span, this.root])
    for (const span of spans) {
      if (span === undefined) continue
      span.recordException(exception)
      span.setStatus({ code: SpanStatusCode.ERROR, message })
      this.#explained.add(span)
    }
  }

  /** Ends all that is open. */
  close(outcome: Outcome, attributes: Attributes): void {
    const [root] = this.#open
    if (root) this.end(root.name, outcome, attributes)
    for (const span of this.#failed.splice(0)) span.end()
  }

  /** A span around a call; of an asynchronous one, until its promise is settled. */
  around<Result>(name: string, attributes: Attributes, call: () => Result): Result {
    const span = this.#tracer.startSpan(name, { attributes }, this.context)
    const failed = (thrown: unknown) => {
      const message = this.#safe(
        thrown instanceof Error ? thrown.message : String(thrown),
      )
      span.setStatus({ code: SpanStatusCode.ERROR, message })
      span.end()
    }
    try {
      const result = context.with(trace.setSpan(this.context, span), call)
      if (result instanceof Promise) result.then(() => span.end(), failed)
      else span.end()
      return result
    } catch (thrown) {
      failed(thrown)
      throw thrown
    }
  }

  #end(span: Span, outcome: Outcome, attributes: Attributes): void {
    span.setAttributes({ ...attributes, 'regimen.outcome': outcome })
    if (outcome !== 'failed') span.end()
    else {
      if (!this.#explained.has(span)) span.setStatus({ code: SpanStatusCode.ERROR })
      this.#failed.push(span)
    }
  }
}
