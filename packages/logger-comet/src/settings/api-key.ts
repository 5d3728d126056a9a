import { COMET, rootOf } from './address.js'
import { lookUp, type Surroundings, sourcesIn, surroundings } from './sources.js'

/** A key, and the root of the server that it is for. */
export interface FoundKey {
  readonly apiKey: string | undefined
  readonly url: string
}

/**
 * The API key from the environment or a file, for when the options are gone. It is for the address
 * that the environment names, else for the one that stands beside it in its own file, else for
 * Comet's own: what another file says, such as one in a folder that was downloaded, sends a key
 * nowhere.
 */
export function findApiKey(around: Surroundings = surroundings()): FoundKey {
  const sources = sourcesIn(around)
  const home = sources.find(({ values }) => values.get('COMET_API_KEY'))
  const places = [...sources.slice(0, 1), ...(home ? [home] : [])]
  return {
    apiKey: home?.values.get('COMET_API_KEY'),
    url: rootOf(lookUp(places, 'COMET_URL_OVERRIDE') ?? COMET),
  }
}
