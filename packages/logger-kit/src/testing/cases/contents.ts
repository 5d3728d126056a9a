import assert from 'node:assert/strict'
import type { Json, RecordContent } from '@regimen/core'
import { casesOf, type LoggerCase } from '../scene.js'
import type { LoggerSubject } from '../subject.js'

const ODD_NAMES = [
  'a b',
  'ü/β',
  '🙂',
  'x'.repeat(300),
  'with"quote',
  "it's",
  'line\nbreak',
  '__proto__x',
  '0',
]
const ODD_VALUES = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  1e308,
  5e-324,
]
const PNG = Uint8Array.from(
  atob(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  ),
  (char) => char.charCodeAt(0),
)

/** Group 9: odd contents. Group 10: keys in them. Group 11: what belongs to the caller. */
export function contents(subject: LoggerSubject): LoggerCase[] {
  const odd = casesOf(subject, 9)
  const redacted = casesOf(subject, 10)
  const callers = casesOf(subject, 11)
  const takes = (kind: string) => subject.kinds.some((one) => one === kind)
  return [
    odd('carries numbers of every kind and loses none beside them', async (scene) => {
      const run = await scene.run()
      for (const [step, value] of ODD_VALUES.entries())
        await run.metrics({ odd: value, loss: step }, step)
      await run.end()
      await scene.expectSteps('loss', ODD_VALUES.length)
      const found = (await scene.metrics('odd')).map(({ value }) => Number(value))
      for (const value of ODD_VALUES) {
        const isThere = found.some(
          (one) => one === value || Object.is(one, value) || one === Math.fround(value),
        )
        assert(isThere, `${value} is missing in ${found.join(', ')}`)
      }
    }),
    odd('carries odd names and loses none beside them', async (scene) => {
      const run = await scene.run()
      for (const [step, name] of ODD_NAMES.entries())
        await run.metrics({ [name]: 1, loss: step }, step)
      await run.end()
      await scene.expectSteps('loss', ODD_NAMES.length)
      assert.equal(run.counts.sent + run.counts.rejected, ODD_NAMES.length * 2)
      const all = (await scene.stand.received()).filter(({ kind }) => kind === 'metric')
      const others = all.filter(({ name }) => name !== 'loss')
      assert.equal(
        others.length,
        run.counts.sent - ODD_NAMES.length,
        'names that arrived',
      )
    }),
    odd('carries steps that repeat, go back or are huge', async (scene) => {
      const run = await scene.run()
      for (const step of [0, 1, 1, 2 ** 53, 1, 2]) await run.metrics({ wild: step }, step)
      await run.metrics({ loss: 0 }, 0)
      await run.end()
      assert.equal(run.counts.sent, 7)
      await scene.expectSteps('loss', 1)
    }),
    odd(
      'carries ten thousand parameters, some of a megabyte, some that are no data',
      async (scene) => {
        const many = Object.fromEntries(
          Array.from({ length: 2000 }, (_, at) => [`p${at}`, at]),
        )
        const circle: Record<string, unknown> = { name: 'circle' }
        circle.self = circle
        const values = {
          ...{
            many,
            circle,
            large: 'x'.repeat(1_000_000),
            missing: undefined,
            big: 10n,
            when: new Date(0),
          },
          ...{ nothing: null, call: () => 1, list: [1, [2, { a: 3 }]], none: Number.NaN },
        }
        const run = await scene.run()
        await run.record({
          kind: 'hyperparameters',
          values: values as unknown as Record<string, Json>,
        })
        await run.metrics({ loss: 0 }, 0)
        await run.end()
        await scene.expectSteps('loss', 1)
        if (!takes('parameter')) return
        const found = (await scene.stand.received()).filter(
          ({ kind }) => kind === 'parameter',
        )
        const names = new Set(found.map(({ name }) => name))
        assert(names.has('many/p0') && names.has('many/p1999'), 'parameters are missing')
        assert(
          names.has('circle/self') && names.has('list'),
          [...names].slice(-10).join(', '),
        )
      },
    ),
    odd(
      'carries every kind that it takes, and says once which it skips',
      async (scene) => {
        const run = await scene.run()
        const all: RecordContent[] = [
          { kind: 'text', name: 'note', text: 'hello' },
          {
            kind: 'image',
            name: 'dot',
            bytes: PNG,
            mime: 'image/png',
            width: 1,
            height: 1,
          },
          { kind: 'histogram', name: 'weights', edges: [0, 1, 2], counts: [3, 4] },
          { kind: 'graph', format: 'text', body: 'input -> output' },
          { kind: 'artifact', name: 'script', path: new URL(import.meta.url).pathname },
        ]
        for (const record of [...all, ...all]) await run.record(record)
        await run.metrics({ loss: 0 }, 0)
        await run.end()
        await scene.expectSteps('loss', 1)
        const received = await scene.stand.received()
        for (const { kind } of all) {
          const said = run.reports.filter(
            (line) => line.includes('skipped') && line.includes(kind),
          )
          assert.equal(said.length, takes(kind) ? 0 : 1, `what is said about ${kind}`)
          assert.equal(
            received.some((one) => one.kind === kind),
            takes(kind),
            `whether a ${kind} arrived`,
          )
        }
        scene.expectEmptySpool()
      },
    ),
    redacted('shows no key that is logged by mistake', async (scene) => {
      const secret = scene.subject.marker ?? 'no-marker-given-0123'
      const run = await scene.run()
      const values = {
        apiKey: 'hunter2hunter2',
        nested: { password: 'hunter2hunter2' },
        note: `k=${secret}`,
      }
      await run.record({ kind: 'hyperparameters', values })
      await run.record({ kind: 'text', name: 'note', text: `the key is ${secret}` })
      await run.end()
      const text = JSON.stringify(await scene.stand.received())
      assert(!text.includes('hunter2'), 'a password was carried away')
      if (scene.subject.marker) assert(!text.includes(secret), 'the key was carried away')
    }),
    callers('leaves the caller’s objects as they are', async (scene) => {
      const values = Object.freeze({ loss: 1, epoch: 3 })
      const hyper = Object.freeze({ a: Object.freeze({ b: [1, 2] }) })
      const bytes = Uint8Array.from(PNG)
      const run = await scene.run()
      await run.metrics(values, 0)
      await run.record({ kind: 'hyperparameters', values: hyper })
      await run.record({
        kind: 'image',
        name: 'dot',
        bytes,
        mime: 'image/png',
        width: 1,
        height: 1,
      })
      await run.end()
      assert.deepEqual(values, { loss: 1, epoch: 3 })
      assert.deepEqual(hyper, { a: { b: [1, 2] } })
      assert.deepEqual(bytes, PNG)
    }),
    callers(
      'carries what was logged, not what the caller’s object became',
      async (scene) => {
        const values = { loss: 0 }
        const run = await scene.run()
        for (let step = 0; step < 5; step++) {
          values.loss = step
          await run.metrics(values, step)
        }
        values.loss = 99
        await run.end()
        const found = (await scene.metrics('loss')).map(({ value }) => Number(value))
        assert.deepEqual([...new Set(found)], [0, 1, 2, 3, 4])
      },
    ),
  ]
}
