import { Message } from './message.js'

/** Numbers of the fields of `tensor.proto` and of the types in `types.proto`. */
const FIELD = { dtype: 1, shape: 2, content: 4, floats: 5, strings: 8 } as const
const TYPE = { float: 1, double: 2, string: 7 } as const

/** A scalar. What a 32-bit float cannot hold becomes the nearest that it can, or infinite. */
export function floatScalar(value: number): Message {
  const packed = new Uint8Array(4)
  new DataView(packed.buffer).setFloat32(0, value, true)
  return tensor(TYPE.float, []).bytes(FIELD.floats, packed)
}

/** No number at all, for summaries that only carry metadata. */
export function noFloats(): Message {
  return tensor(TYPE.float, [0])
}

/** Rows of numbers, of equal length. */
export function doubleMatrix(
  rows: readonly (readonly number[])[],
  columns: number,
): Message {
  const content = new Uint8Array(rows.length * columns * 8)
  const view = new DataView(content.buffer)
  rows.flat().forEach((value, index) => {
    view.setFloat64(index * 8, value, true)
  })
  return tensor(TYPE.double, [rows.length, columns]).bytes(FIELD.content, content)
}

/** A vector of texts or of bytes. */
export function strings(values: readonly (string | Uint8Array)[]): Message {
  const message = tensor(TYPE.string, [values.length])
  for (const value of values) {
    if (typeof value === 'string') message.string(FIELD.strings, value)
    else message.bytes(FIELD.strings, value)
  }
  return message
}

function tensor(type: number, shape: readonly number[]): Message {
  const dimensions = new Message()
  for (const size of shape) dimensions.message(2, new Message().integer(1, size))
  return new Message().integer(FIELD.dtype, type).message(FIELD.shape, dimensions)
}
