import type { Json } from '@regimen/core'
import type { OpenContext, Secret } from '@regimen/logger-kit/writer'
import type { CometSettings } from '../settings/comet-settings.js'
import { codeOf, environment } from './environment.js'
import { type Extra, other } from './extra.js'
import { gitState } from './git.js'

const STATE_KEY = 'announced'
/** The "other" in which each experiment keeps which run it belongs to. */
export const RUN_MARK = 'Regimen run'

/** The name that the user gave, or one that no other run has. */
export function wantedName(
  { runId, startedAt }: OpenContext,
  settings: CometSettings,
): string {
  const stamp = new Date(startedAt).toISOString().slice(0, 16).replaceAll(/[-:]/g, '')
  return (
    settings.experimentName ?? `regimen-${stamp.replace('T', '-')}-${runId.slice(0, 8)}`
  )
}

/**
 * Says once what a run is: which run of ours, name and tags, code, git state, environment. It comes before anything is sent, so that it is not lost if the server cannot be reached.
 */
export async function announce(
  context: OpenContext,
  settings: CometSettings,
  { isNew, apiKey }: { readonly isNew: boolean; readonly apiKey?: Secret },
): Promise<void> {
  const { state } = context
  if (state.get(STATE_KEY) === true) return
  const name = isNew ? wantedName(context, settings) : settings.experimentName
  const { tags } = settings
  const extras: Extra[] = [
    other(RUN_MARK, context.runId),
    other('Created from', 'regimen'),
    ...(name === undefined ? [] : [other('Name', name)]),
    ...(tags.length > 0
      ? [{ endpoint: 'tags' as const, fields: { addedTags: [...tags] } }]
      : []),
    ...(context.isReplay ? [] : await provenanceOf(settings)),
  ]
  for (const extra of extras) context.emit(extra.endpoint, withoutKey(extra, apiKey))
  state.set(STATE_KEY, true)
}

/** Code, environment and git state: of the process that trains, not of one that only delivers. */
async function provenanceOf({
  script,
  logGit,
  logEnvironment,
}: CometSettings): Promise<Extra[]> {
  const folder = process.cwd()
  return [
    ...codeOf(script),
    ...(logEnvironment ? environment(folder, script) : []),
    ...(logGit ? await gitState(folder) : []),
  ]
}

/**
 * A script or a command line may hold the key, and it would go to the spool and to others' eyes.
 */
function withoutKey(extra: Extra, apiKey: Secret | undefined): Json {
  const text = JSON.stringify(extra)
  if (!apiKey) return JSON.parse(text) as Json
  const inside = JSON.stringify(apiKey.reveal()).slice(1, -1)
  return JSON.parse(text.replaceAll(inside, '***')) as Json
}
