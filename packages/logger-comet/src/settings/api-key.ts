import { lookUp, type Surroundings, sourcesIn, surroundings } from './sources.js'

/** The API key from the environment or a file, for when the options are gone. */
export function findApiKey(around: Surroundings = surroundings()): string | undefined {
  return lookUp(sourcesIn(around), 'COMET_API_KEY')
}
