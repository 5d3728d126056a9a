import { createHash } from 'node:crypto'

/** The header of a checkpoint, as loose as JSON is. */
export interface LooseHeader {
  __metadata__: Record<string, string>
  [tensor: string]: unknown
}

/** How a forger changes a checkpoint before sealing it. */
export interface Forgery {
  /** Changes the header. */
  readonly header?: (header: LooseHeader) => void
  /** Changes the state of the run, which stands in the header as text. */
  readonly state?: (state: Record<string, unknown>) => void
  /** Changes what the file says about itself. */
  readonly info?: (info: Record<string, unknown>) => void
  /** Changes the header as text, where JSON would not let it be made. */
  readonly text?: (text: string) => string
  readonly body?: (body: Buffer) => Buffer
}

const ZEROS = '0'.repeat(64)
const LENGTH_BYTES = 8

/** A checkpoint changed by somebody who knows the format: every digest in it is right. */
export function forge(file: Uint8Array, forgery: Forgery): Buffer {
  const bytes = Buffer.from(file)
  const bodyAt = LENGTH_BYTES + Number(bytes.readBigUInt64LE(0))
  const parsed = JSON.parse(bytes.subarray(LENGTH_BYTES, bodyAt).toString()) as LooseHeader
  const metadata = { ...parsed.__metadata__, sha256: ZEROS, header_sha256: ZEROS }
  const header: LooseHeader = { ...parsed, __metadata__: metadata }
  change(header.__metadata__, 'state', forgery.state)
  change(header.__metadata__, 'checkpoint', forgery.info)
  forgery.header?.(header)
  const json = JSON.stringify(header)
  const text = Buffer.from(forgery.text?.(json) ?? json)
  const length = Math.ceil(text.length / 8) * 8
  const head = Buffer.alloc(LENGTH_BYTES + length, ' ')
  head.writeBigUInt64LE(BigInt(length))
  text.copy(head, LENGTH_BYTES)
  const body = forgery.body?.(bytes.subarray(bodyAt)) ?? bytes.subarray(bodyAt)
  const start = `{"__metadata__":{"sha256":"${ZEROS}","header_sha256":"`
  head.write(sha256(body), LENGTH_BYTES + start.indexOf(ZEROS))
  head.write(sha256(head), LENGTH_BYTES + start.length)
  return Buffer.concat([head, body])
}

function change(
  metadata: Record<string, string>,
  key: 'state' | 'checkpoint',
  by: ((value: Record<string, unknown>) => void) | undefined,
): void {
  if (!by) return
  const value = JSON.parse(metadata[key] ?? '{}') as Record<string, unknown>
  by(value)
  metadata[key] = JSON.stringify(value)
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
