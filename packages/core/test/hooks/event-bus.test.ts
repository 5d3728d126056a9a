import { map } from 'rxjs/operators'
import { describe, expect, it, vi } from 'vitest'
import type { Snapshot, TrainerEvent } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, thrownBy, withoutLeak } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'

onCpu()

const data = () => ({ train: lineBatches(3), validation: lineBatches(1) })
const fail = () => {
  throw new Error('broken watcher')
}

describe('a subscriber that fails', () => {
  const ways: { way: string; name: string; watch: (lab: ReturnType<typeof watched>) => void }[] = [
    { way: 'directly', name: 'events$', watch: ({ trainer }) => trainer.events$.subscribe(fail) },
    {
      way: 'as an observer object',
      name: 'events$',
      watch: ({ trainer }) => trainer.events$.subscribe({ next: fail }),
    },
    {
      way: 'behind pipe(map)',
      name: 'events$',
      watch: ({ trainer }) => trainer.events$.pipe(map(fail)).subscribe(() => undefined),
    },
    {
      way: 'behind two pipes',
      name: 'events$',
      watch: ({ trainer }) =>
        trainer.events$
          .pipe(map(({ name }) => name))
          .pipe(map(fail))
          .subscribe(),
    },
    {
      way: 'as an async function that rejects',
      name: 'events$',
      watch: ({ trainer }) => trainer.events$.subscribe(async () => fail()),
    },
    {
      way: 'on one event',
      name: 'on(batchEnd)',
      watch: ({ trainer }) => trainer.on('batchEnd').subscribe(fail),
    },
    {
      way: 'behind every',
      name: 'on(batchEnd)',
      watch: ({ trainer }) => trainer.on('batchEnd', { every: 2 }).subscribe(fail),
    },
    {
      way: 'under a name of its own',
      name: 'dashboard',
      watch: ({ trainer }) => trainer.on('batchEnd', { name: 'dashboard' }).subscribe(fail),
    },
    {
      way: 'in a plugin',
      name: 'watcher',
      watch: ({ trainer }) =>
        void trainer.use(plugin('watcher', ({ events$ }) => void events$.subscribe(fail))),
    },
    {
      way: 'in a plugin behind pipe(map)',
      name: 'watcher',
      watch: ({ trainer }) =>
        void trainer.use(
          plugin('watcher', ({ events$ }) => void events$.pipe(map(fail)).subscribe()),
        ),
    },
  ]
  function watched() {
    return lab({ maxEpochs: 2 })
  }

  it.each(ways)('$way is named once in a report, and hurts nobody', async ({ name, watch }) => {
    const module = lineModule()
    const quiet = lab({ maxEpochs: 2 })
    await quiet.trainer.fit(module, data())
    const wanted = quiet.seen.names
    await withoutLeak(async () => {
      const one = watched()
      const before: string[] = []
      const after: string[] = []
      one.trainer.events$.subscribe((event) => void before.push(event.name))
      watch(one)
      one.trainer.events$.subscribe((event) => void after.push(event.name))
      const result = await one.trainer.fit(module, data())
      expect(result.stop).toEqual({ kind: 'maxEpochs' })
      expect(one.reports).toHaveLength(1)
      expect(one.reports[0]).toMatch(
        new RegExp(
          `^Subscriber "${name.replaceAll(/[$()]/g, '\\$&')}" threw on "[\\w ]+": broken watcher$`,
        ),
      )
      expect(one.seen.names).toEqual(wanted)
      expect(before.filter((each) => each !== 'report')).toEqual(wanted)
      expect(after.filter((each) => each !== 'report')).toEqual(wanted)
    })
    module.dispose()
  })

  it('is contained also when its complete and error handlers throw', async () => {
    const { trainer, reports } = lab()
    trainer.events$.subscribe({ complete: fail })
    trainer.events$.pipe(map(fail)).subscribe({ error: fail })
    const module = lineModule()
    await trainer.fit(module, data())
    expect(reports).toHaveLength(1)
    const warning = vi.spyOn(process, 'emitWarning').mockReturnValue()
    await trainer.dispose()
    expect(warning.mock.calls).toEqual([
      ['Subscriber "events$" threw on "teardown": broken watcher', 'RegimenWarning'],
    ])
    module.dispose()
  })
})

describe('what a subscriber sees', () => {
  it('is nothing of the past', async () => {
    const module = lineModule()
    const { trainer } = lab({ maxEpochs: 2 })
    const late: TrainerEvent[] = []
    trainer.hooks.epochEnd.tap('late', ({ epoch }) => {
      if (epoch === 1) trainer.events$.subscribe((event) => void late.push(event))
    })
    await trainer.fit(module, { train: lineBatches(2) })
    expect(late[0]).toMatchObject({ name: 'epochEnd', epoch: 1 })
    const after: string[] = []
    trainer.events$.subscribe(({ name }) => void after.push(name))
    expect(after).toEqual([])
    module.dispose()
  })

  it('does not end between two runs, and ends at dispose', async () => {
    const module = lineModule()
    const { trainer } = lab()
    let completed = 0
    const stages: string[] = []
    trainer.events$.subscribe({ complete: () => void completed++ })
    trainer.on('batchEnd').subscribe({ complete: () => void completed++ })
    trainer.on('setup').subscribe(({ stage }) => void stages.push(stage))
    await trainer.fit(module, data())
    await trainer.test(module, lineBatches(1))
    expect(completed).toBe(0)
    await trainer.dispose()
    expect(completed).toBe(2)
    expect(stages).toEqual(['fit', 'test'])
    await trainer.dispose()
    expect(completed).toBe(2)
    expect((await rejection(trainer.fit(module, data()))).code).toBe('REG_DISPOSED')
    module.dispose()
  })

  it('comes after the taps of the same hook', async () => {
    const module = lineModule()
    const { trainer } = lab()
    const calls: string[] = []
    trainer.on('fitStart').subscribe(() => void calls.push('stream'))
    trainer.hooks.fitStart.tapPromise('slow', async () => {
      await new Promise((resolve) => setImmediate(resolve))
      calls.push('tap')
    })
    await trainer.fit(module, { train: lineBatches(1) })
    expect(calls).toEqual(['tap', 'stream'])
    module.dispose()
  })

  it('ends when it unsubscribes', async () => {
    const module = lineModule()
    const { trainer } = lab()
    let count = 0
    const subscription = trainer.on('batchEnd').subscribe(() => {
      if (++count === 2) subscription.unsubscribe()
    })
    await trainer.fit(module, { train: lineBatches(5) })
    expect(count).toBe(2)
    module.dispose()
  })

  it.each([
    { name: 'batchEnd', every: 3, key: 'step', seen: [3, 6, 9] },
    { name: 'batchEnd', every: 1, key: 'step', seen: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
    { name: 'epochEnd', every: 2, key: 'epoch', seen: [2] },
    { name: 'batchStart', every: 2, key: 'batch', seen: [0, 2, 4, 0, 2, 4] },
  ] as const)(
    'on("$name", { every: $every }) comes at $key $seen',
    async ({ name, every, key, seen }) => {
      const module = lineModule()
      const { trainer } = lab({ maxEpochs: 2 })
      const found: number[] = []
      trainer.on(name, { every }).subscribe((event) => void found.push(event[key]))
      await trainer.fit(module, { train: lineBatches(5) })
      expect(found).toEqual(seen)
      module.dispose()
    },
  )

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2', null])(
    'on("batchEnd", { every: %s }) is refused',
    async (every) => {
      const error = await thrownBy(() => lab().trainer.on('batchEnd', { every: every as number }))
      expect(error.code).toBe('REG_OPTION_INVALID')
      expect(error.detail).toContain('on("batchEnd"): "every" is')
      expect(error.detail).toContain('expected a whole number from 1')
    },
  )

  it.each(['monitor', 'save', 'validationEnd', 'report', 'teardown'] as const)(
    'on("%s", { every: 2 }) is refused, since nothing is counted there',
    async (name) => {
      const error = await thrownBy(() => lab().trainer.on(name, { every: 2 }))
      expect(error.code).toBe('REG_OPTION_INVALID')
      expect(error.detail).toContain('this event has no counter')
      expect(error.detail).toContain('"batchEnd"')
    },
  )

  it('tells { every } nothing twice when a run goes on between two steps', async () => {
    const withholding = plugin('withholding', ({ hooks }) => {
      hooks.gradients.tap('withholding', (_, { batch }) => (batch % 3 === 2 ? undefined : null))
    })
    const live = async (abortAfter: number, resumeFrom?: Snapshot) => {
      const module = lineModule()
      const { trainer } = lab({ maxEpochs: 3, plugins: [withholding] })
      const controller = new AbortController()
      const found: string[] = []
      for (const name of ['batchEnd', 'epochEnd'] as const)
        trainer.on(name, { every: 2 }).subscribe((at) => {
          found.push(`${name} ${at.epoch}.${at.batch}.${at.step}`)
        })
      let batches = 0
      trainer.hooks.batchEnd.tap(
        'test',
        () => void (++batches === abortAfter && controller.abort()),
      )
      const { signal } = controller
      await trainer.fit(module, { train: lineBatches(6) }, { signal, resumeFrom })
      const snapshot = await trainer.snapshot()
      module.dispose()
      return { found, snapshot }
    }
    const whole = await live(0)
    expect(whole.found).toEqual([
      ...['batchEnd 0.6.2', 'batchEnd 1.6.4', 'epochEnd 2.6.4', 'batchEnd 2.6.6'],
    ])
    for (let batch = 1; batch < 18; batch++) {
      const first = await live(batch)
      const second = await live(0, first.snapshot)
      expect([...first.found, ...second.found], `after batch ${batch}`).toEqual(whole.found)
    }
  })

  it('is not told a step twice by { every } when its gradients were withheld', async () => {
    const module = lineModule()
    const withholding = plugin('withholding', ({ hooks }) => {
      hooks.gradients.tap('withholding', (_, { batch }) => (batch % 2 === 0 ? null : undefined))
    })
    const { trainer } = lab({ plugins: [withholding] })
    const found: number[] = []
    trainer.on('batchEnd', { every: 2 }).subscribe(({ step }) => void found.push(step))
    await trainer.fit(module, { train: lineBatches(8) })
    expect(trainer.state.step).toBe(4)
    expect(found).toEqual([2, 4])
    module.dispose()
  })
})
