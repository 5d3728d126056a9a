import { engine } from '@tensorflow/tfjs-core'
import { type Match, matcherOf, patternsNear } from './match.js'
import { quote, quoteAll, suggestion } from './near-miss.js'

/** Finds the group of each variable by name. */
export class GroupFinder {
  readonly #owner: string
  readonly #matches: readonly Match[]
  readonly #matchers: readonly ((name: string) => boolean)[]
  readonly #known = new Map<string, number>()
  #aliases: ReadonlyMap<string, string> = new Map()
  #isChecked = false

  /** @param owner the name of the factory, for errors */
  constructor(owner: string, matches: readonly Match[]) {
    this.#owner = owner
    this.#matches = matches
    this.#matchers = matches.map(matcherOf)
  }

  /** Lets variables also be known by a module's names. @param names by tfjs' names */
  useNames(names: ReadonlyMap<string, string>): void {
    this.#aliases = names
    this.#known.clear()
  }

  /** The index of the first group that matches a variable's name, -1 for none. */
  indexOf(name: string): number {
    let index = this.#known.get(name)
    if (index === undefined) {
      index = this.#matchers.findIndex((matches) => this.#isMatch(matches, name))
      this.#known.set(name, index)
    }
    return index
  }

  /**
   * Refuses groups for which there is no variable, the first time only.
   *
   * @param names the variables of the first step; a group may also be for others, frozen ones
   * @throws RangeError
   */
  check(names: readonly string[]): void {
    if (this.#isChecked) return
    const others = Object.keys(engine().registeredVariables)
    for (const [index, matches] of this.#matchers.entries()) {
      const isMatch = (name: string) => this.#isMatch(matches, name)
      if (names.some(isMatch) || others.some(isMatch)) continue
      const match = this.#matches[index]
      const known = names.map((name) => this.#aliases.get(name) ?? name)
      const near = typeof match === 'string' ? suggestion(match, patternsNear(known)) : ''
      const place = `${this.#owner}: "groups[${index}].match" is ${quote(match)}`
      throw new RangeError(
        `${place}, which matches no variable; expected one of ${quoteAll(known)}.${near}`,
      )
    }
    this.#isChecked = true
  }

  #isMatch(matches: (name: string) => boolean, name: string): boolean {
    const alias = this.#aliases.get(name)
    return (alias !== undefined && matches(alias)) || matches(name)
  }
}
