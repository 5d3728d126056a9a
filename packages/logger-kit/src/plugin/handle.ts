import type { Counts } from '../pump/counters.js'
import type { OpenResult } from '../writer/log-writer.js'
import type { LoggerHandle } from './definition.js'
import { HURRY, type Hurried } from './hurried.js'

/** Where the service finds what it tells. */
interface HandleParts {
  readonly name: string
  readonly id: string
  readonly runId: () => string | undefined
  readonly found: () => OpenResult
  readonly counts: () => Counts
  readonly hurry: () => void
}

/** The service `logger`: what is known of the run at the moment it is asked. */
export function handleOf(parts: HandleParts): LoggerHandle & Hurried {
  const { name, id, hurry } = parts
  return {
    name,
    id,
    get runId() {
      return parts.runId()
    },
    get experiment() {
      return parts.found().name
    },
    get version() {
      return parts.found().version
    },
    get url() {
      return parts.found().url
    },
    get logDir() {
      return parts.found().logDir
    },
    get counts() {
      return parts.counts()
    },
    [HURRY]: hurry,
  }
}
