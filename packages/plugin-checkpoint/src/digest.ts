import { type FileContent, NaNError } from './store.js'

/** Stands where a digest is to be filled in. */
export const noDigest = '0'.repeat(64)

/** The sha256 of some bytes, in hex. */
export async function digest(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(hash), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

/**
 * A file in one piece with its digests filled in: what a store without a thread writes.
 *
 * @throws NaNError
 */
export async function sealed(
  content: FileContent,
): Promise<{ readonly bytes: Uint8Array; readonly sha256: string }> {
  const { head, body, digestsAt, withoutNaN = [] } = content
  for (const index of withoutNaN)
    if (body[index]?.some(Number.isNaN)) throw new NaNError(index)
  const size = body.reduce((sum, { byteLength }) => sum + byteLength, head.length)
  const bytes = new Uint8Array(size)
  bytes.set(head)
  let offset = head.length
  for (const { buffer, byteOffset, byteLength } of body) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset)
    offset += byteLength
  }
  const sha256 = await digest(bytes.subarray(head.length))
  if (digestsAt) {
    const encoder = new TextEncoder()
    bytes.set(encoder.encode(sha256), digestsAt.body)
    bytes.set(
      encoder.encode(await digest(bytes.subarray(0, head.length))),
      digestsAt.head,
    )
  }
  return { bytes, sha256 }
}
