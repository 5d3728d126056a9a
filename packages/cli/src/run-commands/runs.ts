import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { printable, quote, suggestion } from '@regimen/core'
import { type Run, RunLibrary } from '@regimen/dashboard/runs'
import type { CommandContext } from '../command-context.js'
import type { FlagName } from '../flags.js'
import { UsageError } from '../usage-error.js'
import { compare } from './compare.js'
import { list } from './list.js'
import { pruneRuns } from './prune.js'
import { show } from './show.js'

const DEFAULT_FOLDER = 'runs'
const ACTIONS = { ls: list, show, compare, prune: pruneRuns } as const
const PRUNE_ONLY: readonly FlagName[] = [
  'keep',
  'older-than',
  'failed',
  'checkpoints',
  'yes',
]

/**
 * Lists, shows, compares or removes runs.
 *
 * @returns whether all of it could be done
 * @throws UsageError
 */
export async function runs(context: CommandContext): Promise<boolean | void> {
  const { argument = '', flags, more = [] } = context.args
  if (!Object.hasOwn(ACTIONS, argument)) {
    const found = argument === '' ? '' : ` "${printable(argument)}" is none of them.`
    throw new UsageError(
      `Say what to do: regimen runs ${Object.keys(ACTIONS).join('|')}.${found}`,
    )
  }
  const action = argument as keyof typeof ACTIONS
  const misplaced = PRUNE_ONLY.find((name) => flags[name] !== undefined)
  if (misplaced && action !== 'prune')
    throw new UsageError(`--${misplaced} belongs to regimen runs prune.`)
  const library = await openLibrary(flags.dir ?? DEFAULT_FOLDER)
  return ACTIONS[action]({ ...context, library, selected: selectedRuns(library, more) })
}

/** The runs below a folder, read. @throws UsageError if there is no such folder */
export async function openLibrary(dir: string): Promise<RunLibrary> {
  if (!existsSync(dir) || !statSync(dir).isDirectory()) {
    const advice = 'Give the folder that holds the runs: --dir <folder>.'
    throw new UsageError(`There is no folder ${resolve(dir)}. ${advice}`)
  }
  const library = new RunLibrary(dir)
  await library.refresh()
  return library
}

/** The runs of some names: whole ids, or ends of them that only one run has. */
function selectedRuns(library: RunLibrary, names: readonly string[]): Run[] {
  return names.map((typed) => {
    const name = typed.replace(/\/+$/, '')
    const exact = library.get(name)
    if (exact) return exact
    const ends = library.runs.filter(
      ({ id, files }) => id.endsWith(`/${name}`) || resolve(name) === files.folder,
    )
    if (ends.length === 1) return ends[0] as Run
    const ids = library.runs.map(({ id }) => id)
    const hint =
      ends.length > 1
        ? ` It may be ${ends.map(({ id }) => quote(id)).join(' or ')}.`
        : suggestion(name, ids)
    throw new UsageError(
      `There is no run "${printable(name)}" in ${library.root}.${hint}`,
    )
  })
}
