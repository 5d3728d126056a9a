import type { Secret } from '../writer/secret.js'

const MARKS: readonly (readonly [RegExp, string])[] = [
  [/((?:api[-_]?key|access[-_]?token|token|secret|password)=)[^&\s"']+/gi, '$1***'],
  [/("(?:api[-_]?key|authorization|access[-_]?token|secret|password)"\s*:\s*")[^"]*/gi, '$1***'],
  [/((?:authorization|comet-sdk-api)\s*:\s*)(?:(?:bearer|basic)\s+)?[^\s,;"']+/gi, '$1***'],
]

/** Takes secrets out of texts: the known ones wherever they are, unknown ones where a key is expected. */
export class Redactor {
  readonly #known: readonly (readonly [string, string])[]

  constructor(secrets: readonly Secret[]) {
    this.#known = secrets
      .filter((secret) => secret.reveal() !== '')
      .flatMap((secret): [string, string][] => {
        const value = secret.reveal()
        return [
          [value, `${secret}`],
          [encodeURIComponent(value), `${secret}`],
          [JSON.stringify(value).slice(1, -1), `${secret}`],
        ]
      })
  }

  /** The text without the known secrets. */
  known(text: string): string {
    return this.#known.reduce((rest, [value, shown]) => rest.replaceAll(value, shown), text)
  }

  /** The text without anything that is a secret or stands where one does. */
  all(text: string): string {
    return MARKS.reduce((rest, [mark, shown]) => rest.replace(mark, shown), this.known(text))
  }
}
