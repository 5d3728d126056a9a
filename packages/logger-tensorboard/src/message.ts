const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5
const LONGEST_VARINT = 10

const encoder = new TextEncoder()

/**
 * Writes one message of Protocol Buffers, field by field
 * (`protobuf.dev/programming-guides/encoding`). A field that is not written has its default.
 */
export class Message {
  #bytes = new Uint8Array(64)
  #length = 0

  /** An `int32`, `int64`, `bool` or enum; of negative numbers the two's complement. */
  integer(field: number, value: number): this {
    this.#tag(field, VARINT)
    return this.#varint(value)
  }

  double(field: number, value: number): this {
    this.#tag(field, FIXED64)
    const offset = this.#reserve(8)
    new DataView(this.#bytes.buffer).setFloat64(offset, value, true)
    return this
  }

  /** What a 32-bit float cannot hold becomes the nearest that it can, or infinite. */
  float(field: number, value: number): this {
    this.#tag(field, FIXED32)
    const offset = this.#reserve(4)
    new DataView(this.#bytes.buffer).setFloat32(offset, value, true)
    return this
  }

  string(field: number, value: string): this {
    return this.bytes(field, encoder.encode(value))
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, BYTES)
    this.#varint(value.length)
    const offset = this.#reserve(value.length)
    this.#bytes.set(value, offset)
    return this
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish())
  }

  /** Its bytes. They are valid until the next field is written. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType)
  }

  #varint(value: number): this {
    const offset = this.#reserve(LONGEST_VARINT)
    let length = 0
    const push = (byte: number) => {
      this.#bytes[offset + length++] = byte
    }
    if (value >= 0 && value < 2 ** 31) {
      let rest = value
      for (; rest >= 128; rest >>>= 7) push((rest & 127) | 128)
      push(rest)
    } else {
      let rest = BigInt.asUintN(64, BigInt(value))
      for (; rest >= 128n; rest >>= 7n) push(Number(rest & 127n) | 128)
      push(Number(rest))
    }
    this.#length = offset + length
    return this
  }

  /** Room for bytes at the end. */
  #reserve(count: number): number {
    const offset = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    return offset
  }
}
