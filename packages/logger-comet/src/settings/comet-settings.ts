import type { CometOptions } from '../options.js'

type Settled =
  | 'projectName'
  | 'mode'
  | 'offline'
  | 'offlineDir'
  | 'url'
  | 'tags'
  | 'api'
  | 'logGit'
  | 'logEnvironment'
  | 'logSystemMetrics'
  | 'limits'

/**
 * Everything that is settled about a run, without the key. Plain data: it goes to another thread
 * and to disk.
 */
export type CometSettings = Omit<
  CometOptions,
  'apiKey' | 'logCode' | 'logGraph' | Settled
> &
  Required<Pick<CometOptions, Settled>> & {
    /** Path of the code to upload. */
    readonly script?: string
  }
