import type { GraphNode } from './keras-graph.js'
import { Message } from './message.js'

/** The version that `tf.Graph` of TensorFlow 2 writes. */
const PRODUCER = 1087

/** A message `GraphDef` (`graph.proto`), as TensorBoard's graph page shows it. */
export function graphDef(nodes: readonly GraphNode[]): Message {
  const graph = new Message()
  for (const node of nodes) graph.message(1, nodeDef(node))
  return graph.message(4, new Message().integer(1, PRODUCER))
}

function nodeDef({ name, op, inputs, attributes, shape }: GraphNode): Message {
  const node = new Message().string(1, name).string(2, op)
  for (const input of inputs) node.string(3, input)
  for (const [key, value] of Object.entries(attributes)) {
    node.message(5, new Message().string(1, key).message(2, attribute(value)))
  }
  if (!shape) return node
  const shapes = new Message().message(1, new Message().message(7, shapeProto(shape)))
  return node.message(5, new Message().string(1, '_output_shapes').message(2, shapes))
}

/** `AttrValue`. */
function attribute(value: string | number | boolean): Message {
  if (typeof value === 'string') return new Message().string(2, value)
  if (typeof value === 'boolean') return new Message().integer(5, value ? 1 : 0)
  if (Number.isSafeInteger(value)) return new Message().integer(3, value)
  return new Message().float(4, value)
}

function shapeProto(shape: readonly number[]): Message {
  const message = new Message()
  for (const size of shape) message.message(2, new Message().integer(1, size))
  return message
}
