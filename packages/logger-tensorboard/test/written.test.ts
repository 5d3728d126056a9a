import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readEvents } from './helpers/read-events.js'
import { eventFiles, writeRuns } from './helpers/runs.js'
import { temporaryFolder } from './helpers/stand.js'
import table from './tensorboard/read.json' with { type: 'json' }

type Runs = Record<string, string[]>
const written = new URL('tensorboard/written.json', import.meta.url)

describe('the event files of all kinds of records', () => {
  it('are byte for byte those that TensorBoard has read', async () => {
    const files = eventFiles(await writeRuns(temporaryFolder()))
    await expect(`${JSON.stringify(files, null, 2)}\n`).toMatchFileSnapshot(written.pathname)
  })

  it('have the scalars and plugins that TensorBoard found', () => {
    const runs = JSON.parse(readFileSync(written, 'utf8')) as Runs
    for (const [name, { plugins, values }] of Object.entries(table.runs)) {
      const found = (runs[name] ?? []).flatMap((file) => readEvents(Buffer.from(file, 'base64')))
      for (const [tag, plugin] of Object.entries(plugins)) {
        const ofTag = found.flatMap((event) =>
          event.values.filter((value) => value.tag === tag).map((value) => ({ ...event, value })),
        )
        expect([tag, ofTag[0]?.value.plugin]).toEqual([tag, plugin])
        const expected = Object.entries(values).find(([key]) => key === tag)?.[1] ?? []
        expect(ofTag.map(({ step, wallTime }) => [tag, step, wallTime])).toEqual(
          expected.map(([step, wallTime]) => [tag, step, wallTime]),
        )
        if (plugin !== 'scalars') continue
        expect(ofTag.map(({ value }) => value.scalar)).toEqual(
          expected.map(([, , value]) => scalarOf(value)),
        )
      }
    }
  })
})

/** A scalar of the table, in which Python writes what JSON has not as text. */
function scalarOf(value: unknown): number {
  return typeof value === 'number' ? value : value === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN
}
