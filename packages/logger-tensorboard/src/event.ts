import { Message } from './message.js'

/** When and at which step something happened. */
export interface EventTime {
  /** Milliseconds since 1970. */
  readonly time: number
  /** Optimizer steps, from 0. */
  readonly step: number
}

/** The event that each file begins with. */
export function firstEvent(time: number): Uint8Array {
  const writer = new Message().string(1, '@regimen/logger-tensorboard')
  return event({ time, step: 0 }).string(3, 'brain.Event:2').message(10, writer).finish()
}

/** An event that carries values of tags, as messages `Summary.Value`. */
export function summaryEvent(moment: EventTime, values: readonly Message[]): Uint8Array {
  const summary = new Message()
  for (const value of values) summary.message(1, value)
  return event(moment).message(5, summary).finish()
}

/** An event that carries a graph, as a message `GraphDef`. */
export function graphEvent(moment: EventTime, graph: Message): Uint8Array {
  return event(moment).bytes(4, graph.finish()).finish()
}

function event({ time, step }: EventTime): Message {
  const message = new Message().double(1, time / 1000)
  return step === 0 ? message : message.integer(2, step)
}
