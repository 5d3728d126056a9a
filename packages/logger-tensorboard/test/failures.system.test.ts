import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Arrived, type LoggerSubject, loggerFailureSuite } from '@regimen/logger-kit/testing'
import { it } from 'vitest'
import {
  bytesOf,
  type ReadEvent,
  type ReadValue,
  readEvents,
  readFields,
  text,
} from './helpers/read-events.js'

const KINDS = { scalars: 'metric', histograms: 'histogram', images: 'image', text: 'text' } as const

function arrivedIn(folder: string): Arrived[] {
  if (!existsSync(folder)) return []
  const paths = readdirSync(folder).flatMap((version) =>
    readdirSync(join(folder, version)).map((name) => join(folder, version, name)),
  )
  const plugins = new Map<string, string>()
  return paths.flatMap((path) =>
    readEvents(readFileSync(path)).flatMap((event) =>
      event.values.flatMap((value) => {
        if (value.plugin) plugins.set(value.tag, value.plugin)
        return arrivedOf(event, value, plugins.get(value.tag) ?? '')
      }),
    ),
  )
}

function arrivedOf({ step, wallTime }: ReadEvent, value: ReadValue, plugin: string): Arrived[] {
  const { tag: name, scalar, strings, content } = value
  // The logger's own.
  if (name === 'epoch') return []
  if (plugin === 'hparams') return content ? parametersOf(content) : []
  const kind = name === 'graph' ? 'graph' : KINDS[plugin as keyof typeof KINDS]
  return [{ kind, name, value: scalar ?? strings.map(text).join(), step, time: wallTime * 1000 }]
}

/** The names in `session_start_info`. */
function parametersOf(content: Uint8Array): Arrived[] {
  const start = bytesOf(readFields(content), 3)
  const entries = (start && readFields(start).get(1)) ?? []
  return entries.map((entry) => {
    const fields = readFields(entry as Uint8Array)
    const [name, value] = [1, 2].map((field) => text(bytesOf(fields, field) ?? new Uint8Array()))
    return { kind: 'parameter', name: name as string, value }
  })
}

const subject: LoggerSubject = {
  entry: new URL('./helpers/entry.ts', import.meta.url),
  isFileWriter: true,
  kinds: ['metric', 'parameter', 'text', 'histogram', 'image', 'graph'],
  start: async (folder) => ({
    settings: null,
    received: async () => arrivedIn(join(folder, 'runs/tensorboard')),
    stop: async () => undefined,
  }),
}

for (const { group, name, run } of loggerFailureSuite(subject)) {
  it(`${group}: ${name}`, run)
}
