/** What goes wrong with a request. */
export type Fault =
  /** An answer instead of the real one; nothing is applied. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
    }
  /** Applied and answered, but late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection is cut before anything is applied. */
  | { readonly kind: 'drop-before' }
  /** Applied, then the connection is cut: the client cannot know. */
  | { readonly kind: 'drop-after' }
  /** Applied; the answer comes byte by byte with pauses. */
  | { readonly kind: 'slow-body'; readonly ms: number }
  /** Applied; the connection is cut in the middle of the answer. */
  | { readonly kind: 'cut-answer' }
  /** Nothing is applied, and no answer ever comes. */
  | { readonly kind: 'hang' }
  /** Applied; the answer is whole for HTTP, but ends in the middle of its JSON. */
  | { readonly kind: 'truncated' }
  /** A page of a proxy. */
  | { readonly kind: 'html-502' }

interface Rule {
  readonly path: RegExp
  readonly fault: Fault
  after: number
  times: number
}

/** Which requests go wrong, in the order in which it was asked for. */
export class FaultPlan {
  #rules: Rule[] = []

  /** The next `times` requests to paths that match go wrong, not counting the first `after`. */
  add(path: RegExp, fault: Fault, { times = 1, after = 0 } = {}): void {
    this.#rules.push({ path, fault, times, after })
  }

  clear(): void {
    this.#rules = []
  }

  /** The fault of this request, used up by it. */
  take(path: string): Fault | undefined {
    const rule = this.#rules.find((one) => one.path.test(path) && one.times > 0)
    if (!rule) return undefined
    if (rule.after > 0) {
      rule.after--
      return undefined
    }
    rule.times--
    return rule.fault
  }
}
