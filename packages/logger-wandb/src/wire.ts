const VARINT = 0
const BYTES = 2

/** A field of a message: its number, and a text, a whole number or the fields of a message. */
export type Field = readonly [number: number, value: string | number | readonly Field[]]

/**
 * A message of Protocol Buffers (protobuf.dev/programming-guides/encoding): of its wire types the
 * two that records of W&B need.
 */
export function message(fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.flatMap(([number, value]) => encoded(number, value)))
}

function encoded(number: number, value: Field[1]): Buffer[] {
  if (typeof value === 'number') return [varint(number * 8 + VARINT), varint(value)]
  const bytes = typeof value === 'string' ? Buffer.from(value) : message(value)
  return [varint(number * 8 + BYTES), varint(bytes.length), bytes]
}

/** A non-negative integer, seven bits in a byte, the lowest first. */
function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  bytes.push(rest)
  return Buffer.from(bytes)
}
