import type { Secret } from '../writer/secret.js'
import type { Environment } from './address.js'

type Mark = readonly [RegExp, string]

/** Passwords and keys inside of addresses. */
const IN_ADDRESSES: readonly Mark[] = [
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"'<>]*@/gi, '$1***@'],
  [
    /([?&](?:api[-_]?key|access[-_]?(?:key|token)|auth(?:orization)?|credentials?|key|passw(?:or)?d|pwd|secret|sig(?:nature)?|token)=)[^&#\s"'<>]+/gi,
    '$1***',
  ],
]
const MARKS: readonly Mark[] = [
  ...IN_ADDRESSES,
  [/((?:api[-_]?key|access[-_]?token|token|secret|password)=)[^&\s"']+/gi, '$1***'],
  [
    /("(?:api[-_]?key|authorization|access[-_]?token|secret|password)"\s*:\s*")[^"]*/gi,
    '$1***',
  ],
  [
    /((?:authorization|comet-sdk-api)\s*:\s*)(?:(?:bearer|basic)\s+)?[^\s,;"']+/gi,
    '$1***',
  ],
]

const SECRET_NAME = /(API_?KEY|TOKEN|SECRET|PASSWORD)$/i
/** A shorter value may be a word that a text has for another reason. */
const SHORTEST = 16

/** Keys that the environment holds for anybody: no logger may carry another's away. */
export function secretsAround(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment)
  return Object.fromEntries(
    entries.filter((one): one is [string, string] => {
      const [name, value = ''] = one
      return SECRET_NAME.test(name) && value.length >= SHORTEST
    }),
  )
}

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
    return this.#known.reduce(
      (rest, [value, shown]) => rest.replaceAll(value, shown),
      text,
    )
  }

  /** The text without the known secrets, and without passwords and keys in addresses. */
  logged(text: string): string {
    return replaced(this.known(text), IN_ADDRESSES)
  }

  /** The text without anything that is a secret or stands where one does. */
  all(text: string): string {
    return replaced(this.known(text), MARKS)
  }
}

const replaced = (text: string, marks: readonly Mark[]): string =>
  marks.reduce((rest, [mark, shown]) => rest.replace(mark, shown), text)
