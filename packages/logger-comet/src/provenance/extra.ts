import type { Json } from '@regimen/core'

/** Endpoints of the REST API that take what is said about a run besides its records. */
export type ExtraEndpoint =
  | 'log-other'
  | 'tags'
  | 'code'
  | 'file-path'
  | 'git/metadata'
  | 'system-details'
  | 'dependencies'
  | 'cpu-metrics'
  | 'ram-metrics'
  | 'load-metrics'

/** Something about a run: the fields of its request, without the experiment's key and the time. */
export type Extra =
  | { readonly endpoint: ExtraEndpoint; readonly fields: Readonly<Record<string, Json>> }
  | { readonly endpoint: 'git/patch'; readonly patch: string }

/** A line among the "others" of an experiment. */
export function other(key: string, value: string): Extra {
  return { endpoint: 'log-other', fields: { key, value } }
}
