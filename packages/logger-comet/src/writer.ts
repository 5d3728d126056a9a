import { defineWriter, LoggerError } from '@regimen/logger-kit/writer'
import { OfflineWriter } from './offline/offline-writer.js'
import { OnlineWriter } from './rest/online-writer.js'
import type { CometSettings } from './settings/comet-settings.js'
import { findApiKey } from './settings/sources.js'

/** Delivers the records of a run to Comet, or to an archive for it. */
export const writer = defineWriter<CometSettings>(
  (settings, { secrets }) => {
    if (settings.offline) return new OfflineWriter(settings, secrets.apiKey)
    if (secrets.apiKey) return new OnlineWriter(settings, secrets.apiKey)
    const places = 'COMET_API_KEY or api_key in ~/.comet.config'
    throw new LoggerError('auth', `There is no Comet API key. Put it into ${places}.`)
  },
  {
    address: ({ url }) => url,
    secrets: () => {
      const { apiKey, url } = findApiKey()
      return { values: { apiKey }, address: url }
    },
    keyAdvice: (address) =>
      `set COMET_API_KEY to a key for it, and COMET_URL_OVERRIDE to ${address}`,
  },
)
