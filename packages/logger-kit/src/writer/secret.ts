const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** A key or password that shows only its last four characters, however it is printed or serialized. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself: for a request header, nowhere else. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return this.#value.length < 12 ? '***' : `***${this.#value.slice(-4)}`
  }

  toJSON(): string {
    return this.toString()
  }

  [INSPECT](): string {
    return this.toString()
  }
}

/** Secrets that show themselves to nobody. */
export const secretsOf = (
  values: Readonly<Record<string, string>>,
): Record<string, Secret> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, new Secret(value)]),
  )
