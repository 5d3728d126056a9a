import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expectTypeOf, it } from 'vitest'
import type {
  EventName,
  EventOf,
  HookName,
  LogRecord,
  Metrics,
  Outcome,
  StopReason,
  Trainer,
  TrainerEvent,
} from '../../src/index.js'

declare const trainer: Trainer

describe('on', () => {
  it('types the payload of each event', () => {
    trainer.on('batchEnd').subscribe((event) => {
      expectTypeOf(event.name).toEqualTypeOf<'batchEnd'>()
      expectTypeOf(event.step).toEqualTypeOf<number>()
      expectTypeOf(event.outcome).toEqualTypeOf<Outcome>()
      expectTypeOf(event.metrics).toEqualTypeOf<Metrics>()
    })
    trainer.on('record').subscribe(({ record }) => {
      expectTypeOf(record).toEqualTypeOf<LogRecord>()
    })
    trainer.on('fitEnd').subscribe(({ stop }) => {
      expectTypeOf(stop).toEqualTypeOf<StopReason | undefined>()
    })
    trainer.on('batchEnd', { every: 100, name: 'dashboard' }).subscribe(({ samples }) => {
      expectTypeOf(samples).toEqualTypeOf<number>()
    })
  })

  it('offers no tensor: neither the batch, nor an output, nor a snapshot', () => {
    // @ts-expect-error streams leave the batch out
    trainer.on('batchEnd').subscribe((event) => event.data)
    // @ts-expect-error and what predictStep returned
    trainer.on('predictBatchEnd').subscribe((event) => event.output)
    // @ts-expect-error and the way to a snapshot
    trainer.on('save').subscribe((event) => event.snapshot)
  })

  it('refuses names that are no event', () => {
    // @ts-expect-error misspelt
    trainer.on('batchEnds')
    // @ts-expect-error waterfalls have no stream
    trainer.on('gradients')
    // @ts-expect-error misspelt option
    trainer.on('batchEnd', { evry: 100 })
    // @ts-expect-error payloads cannot be changed
    trainer.on('batchEnd').subscribe((event) => (event.step = 3))
    expectTypeOf<'batchEnd'>().toExtend<EventName>()
    expectTypeOf<'loss'>().not.toExtend<EventName>()
    expectTypeOf<'loss'>().toExtend<HookName>()
    expectTypeOf<'stopRequested'>().not.toExtend<HookName>()
  })
})

describe('events$', () => {
  it('narrows by name', () => {
    trainer.events$.subscribe((event) => {
      expectTypeOf(event).toEqualTypeOf<TrainerEvent>()
      // @ts-expect-error not every event has an epoch's outcome
      event.outcome
      switch (event.name) {
        case 'epochEnd':
          expectTypeOf(event).toEqualTypeOf<EventOf<'epochEnd'>>()
          expectTypeOf(event.outcome).toEqualTypeOf<Outcome>()
          return event.metrics.get('loss')
        case 'record':
          return event.record.step
        case 'stopRequested':
          return event.kind
        case 'validationBatchEnd':
          expectTypeOf(event.loader).toEqualTypeOf<string | undefined>()
          return event.evaluated
        default:
          return undefined
      }
    })
  })

  it('holds no name twice and no tensor anywhere', () => {
    type Values<T> = T extends unknown ? T[keyof T] : never
    expectTypeOf<Tensor>().not.toExtend<Values<Exclude<TrainerEvent, { name: 'setup' }>>>()
    expectTypeOf<TrainerEvent['name']>().toEqualTypeOf<EventName>()
  })
})
