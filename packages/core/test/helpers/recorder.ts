import {
  definePlugin,
  type HookName,
  type HookPayload,
  lifecycle,
  type Plugin,
} from '../../src/index.js'

type SeriesName = Exclude<HookName, 'configure' | 'batch' | 'loss' | 'gradients' | 'saveState'>

/** One call of a hook. */
export interface Entry {
  readonly name: SeriesName
  readonly payload: Readonly<Record<string, unknown>>
}

/** A plugin that writes down every call of a hook. */
export interface Recorder {
  readonly plugin: Plugin
  readonly entries: Entry[]
  /** Names of the hooks called so far. */
  readonly names: string[]
  /** Payloads of one hook. */
  of<Name extends SeriesName>(name: Name): HookPayload<Name>[]
  /** What is wrong with the nesting of starts and ends; nothing where each has its other half. */
  unpaired(): string[]
}

/** The hooks that are awaited one tap after the other. */
export const seriesNames = Object.entries(lifecycle)
  .filter(([, { kind }]) => kind === 'series')
  .map(([name]) => name as SeriesName)

/** Records every call of a series hook. */
export function recorder(name = 'recorder'): Recorder {
  const entries: Entry[] = []
  return {
    entries,
    get names() {
      return entries.map((entry) => entry.name)
    },
    of: (wanted) =>
      entries.flatMap((entry) => (entry.name === wanted ? [entry.payload as never] : [])),
    unpaired: () => findUnpaired(entries.map((entry) => entry.name)),
    plugin: definePlugin({
      name,
      apply({ hooks }) {
        for (const hook of seriesNames) {
          hooks[hook].tap(name, (payload: unknown) => {
            entries.push({ name: hook, payload: payload as Entry['payload'] })
          })
        }
      },
    }),
  }
}

/** Says which starts and ends do not enclose each other. A teardown may stand alone. */
export function findUnpaired(names: readonly string[]): string[] {
  const open: string[] = []
  const wrong: string[] = []
  for (const name of names) {
    if (name === 'setup') open.push('setup')
    else if (name.endsWith('Start')) open.push(name.slice(0, -'Start'.length))
    else if (name.endsWith('End')) {
      const wanted = name.slice(0, -'End'.length)
      if (open.at(-1) === wanted) open.pop()
      else if (!open.includes(wanted)) wrong.push(`${name} came without its start`)
      else {
        wrong.push(`${name} came while ${open.at(-1)} was open`)
        open.length = open.lastIndexOf(wanted)
      }
    } else if (name === 'teardown' && open.length > 0) {
      const found = open.pop()
      if (found !== 'setup' || open.length > 0) {
        wrong.push(`teardown came while ${[...open, found].join(', ')} was open`)
      }
      open.length = 0
    }
  }
  return [...wrong, ...open.map((name) => `${name} was never ended`)]
}
