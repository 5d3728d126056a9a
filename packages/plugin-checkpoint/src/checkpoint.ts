import {
  type CheckpointService,
  definePlugin,
  type Json,
  messageOf,
  type Plugin,
  type PluginContext,
  type Snapshot,
} from '@regimen/core'
import { readCatalog } from './catalog.js'
import { CheckpointRun } from './checkpoint-run.js'
import { closingLine } from './closing-line.js'
import { type Found, find, isEmpty, newestIn, type Place } from './finder.js'
import { tapLineage } from './lineage.js'
import { type CheckpointOptions, resolveOptions, options as schema } from './options.js'
import type { CheckpointStore } from './store.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    checkpoint: CheckpointOptions
  }
}

/** The service `checkpoints` as this plugin provides it. */
interface Shelf extends CheckpointService {
  /** Where its folders are; `undefined` before the first run. */
  place(): string | undefined
  /** Whether nothing was ever saved in it. */
  isEmpty(): Promise<boolean>
  /** When its latest state was saved. */
  newest(): Promise<number | undefined>
  /** Opens its store, which is asked for a checkpoint before `setup`. */
  open(): Promise<CheckpointStore>
  loadOwn(reference: string): Promise<Snapshot>
}

/**
 * Saves the whole state of a run so that it can be resumed exactly, even if it is killed in the
 * middle of a write: `last.safetensors`, with a `monitor` `best.safetensors`, and the best or latest
 * numbered files. Each run has a separate folder, `version_N`.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * ```ts no-run
 * const plugins = [checkpoint({ dir: 'runs/mnist', monitor: 'val_loss', mode: 'min' })]
 * await new Trainer({ plugins }).fit(myModule, data, { resumeFrom: 'last' })
 * ```
 */
export function checkpoint(options: CheckpointOptions = {}): Plugin {
  const settings = resolveOptions(options)
  const { id } = settings
  return definePlugin<Json>({
    name: 'checkpoint',
    recipe: { factory: checkpoint, options: options, schema },
    id,
    writes: true,
    apply(context) {
      const { hooks, report } = context
      let store: CheckpointStore | undefined
      let prefix = ''
      let run: CheckpointRun | undefined
      let folder: string | undefined
      let earlier: string | undefined
      /** What the current run resumes from: it is found before the run begins. */
      let origin: Found | undefined
      const { every, last } = settings
      const schedules = {
        numbered: every && context.schedule(every, 'every'),
        last: typeof last === 'object' ? context.schedule(last, 'last') : undefined,
      }
      const asksAfterBatch =
        schedules.numbered?.isWithinEpoch || schedules.last?.isWithinEpoch

      const place = async (): Promise<Place> => {
        const { mode, fallback } = settings
        const opened = await shelf.open()
        return {
          store: opened,
          prefix,
          folder,
          mode,
          fallback,
          warn: (text) => report.warn(text),
        }
      }
      const shelf: Shelf = {
        place: () => store && `${store.place} ${prefix}`,
        isEmpty: async () => isEmpty(await place()),
        newest: async () => newestIn(await place()),
        open: async () => {
          const shelves = shelvesOf(context)
          const before = shelves.slice(0, Math.max(0, shelves.indexOf(shelf)))
          for (const other of before) await other.open()
          store ??= settings.store ?? (await openStore(context.rootDir, settings.dir))
          const whole = `${store.place} `
          prefix = before.some((other) => other.place() === whole) ? `${id}/` : ''
          return store
        },
        loadOwn: async (reference) => {
          const found = await find(await place(), reference)
          origin ??= found
          const isLabel = reference === 'last' || reference === 'best'
          const path = isLabel ? `${store?.place}/${found.name}` : reference
          return { ...found.snapshot, origin: path }
        },
        load: async (reference) => {
          const shelves = shelvesOf(context)
          if (reference === 'auto' && (await areEmpty(shelves))) return undefined
          const label = reference === 'auto' ? 'last' : reference
          const owner = label === 'last' ? await newestOf(shelves) : undefined
          return (owner ?? shelf).loadOwn(label)
        },
      }
      context.provide('checkpoints', shelf)
      context.provide('bestValue', {
        best() {
          const { monitor, mode } = settings
          const best = run?.best
          if (!best || monitor === undefined || mode === undefined) return undefined
          const { score: value, epoch, step } = best
          return { plugin: id, monitor, mode, value, epoch, step }
        },
      })

      tapLineage(context)
      hooks.setup.tapPromise(id, async ({ stage, run: info }) => {
        run = undefined
        const opened = await shelf.open()
        if (stage !== 'fit') return
        run = new CheckpointRun({
          ...{ context, settings, store: opened, prefix, info, schedules, origin },
        })
      })
      hooks.loadState.tap(id, ({ snapshot }) => run?.resumeAt(snapshot.meta.position))
      hooks.fitStart.tapPromise(id, async () => run?.start())
      hooks.batchEnd.tap(id, () => {
        if (asksAfterBatch) run?.afterBatch()
      })
      hooks.save.tapPromise(id, async (payload) => run?.save(payload))
      hooks.fitEnd.tapPromise(id, async ({ outcome }) => {
        await run?.end({ isComplete: outcome === 'completed' || outcome === 'stopped' })
        if (run?.folder === undefined) return
        earlier = folder
        folder = run.folder
      })
      hooks.error.tapPromise(id, async ({ error }) => {
        if (!settings.onException || !run?.hasTrained || error.plugin === id) return
        await run.saveAfterError().catch((thrown: unknown) => {
          report.warn(`The state at the error could not be saved: ${messageOf(thrown)}`)
        })
      })
      hooks.teardown.tapPromise(id, async () => {
        if (store && run?.folder) {
          // The folder may be gone by now; the run does not fail for want of a last word.
          const written = await readCatalog(store, run.folder).catch(() => [])
          const line = closingLine(written, shownPlace(store, run.folder))
          if (line !== undefined) report.info(line)
        }
        const isGone = run?.folder && (await store?.release?.(run.folder))
        if (isGone && folder === run?.folder) folder = earlier
        await store?.close()
        run = undefined
        origin = undefined
      })
      return {
        saveState: () => run?.saveState() ?? null,
        loadState: (saved) => run?.loadState(saved),
        dispose: () => store?.close(),
      }
    },
  })
}

/** A folder of a store as a person finds it: from the working folder on where it lies in there. */
function shownPlace(store: CheckpointStore, folder: string): string {
  const { process } = globalThis as { process?: { cwd?(): string } }
  const whole = `${store.place}/${folder}`
  const start = `${process?.cwd?.()}/`
  return whole.startsWith(start) ? whole.slice(start.length) : whole
}

async function openStore(rootDir: string, dir: string): Promise<CheckpointStore> {
  const { fileStoreBelow } = await import('#file-system')
  return fileStoreBelow(rootDir, dir)
}

function shelvesOf(context: PluginContext): Shelf[] {
  return context
    .services('checkpoints')
    .filter((service) => 'loadOwn' in service) as Shelf[]
}

async function areEmpty(shelves: readonly Shelf[]): Promise<boolean> {
  for (const shelf of shelves) if (!(await shelf.isEmpty())) return false
  return true
}

async function newestOf(shelves: readonly Shelf[]): Promise<Shelf | undefined> {
  let newest: { readonly shelf: Shelf; readonly savedAt: number } | undefined
  for (const shelf of shelves) {
    const savedAt = await shelf.newest()
    const isNewer =
      savedAt !== undefined && (newest === undefined || savedAt > newest.savedAt)
    if (isNewer) newest = { shelf, savedAt }
  }
  return newest?.shelf
}
