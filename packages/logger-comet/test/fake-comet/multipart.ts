import { refuse } from './errors.js'

/** One part of a form: its name, the file's name where it is one, and its bytes. */
export interface FormPart {
  readonly name: string
  readonly fileName: string | undefined
  readonly bytes: Buffer
}

/** The parts of a `multipart/form-data` body (RFC 7578). */
export function formParts(contentType: string | undefined, body: Buffer): FormPart[] {
  const boundary = /boundary="?([^";]+)/.exec(contentType ?? '')?.[1]
  if (!boundary) return refuse(400, 0, 'The body is no multipart form')
  const mark = Buffer.from(`--${boundary}`)
  const parts: FormPart[] = []
  let from = body.indexOf(mark)
  while (from >= 0) {
    const start = from + mark.length + 2
    const next = body.indexOf(mark, start)
    if (next < 0) break
    parts.push(partOf(body.subarray(start, next - 2)))
    from = next
  }
  return parts
}

function partOf(bytes: Buffer): FormPart {
  const end = bytes.indexOf('\r\n\r\n')
  const head = bytes.subarray(0, end).toString('utf8')
  const name = /[; ]name="([^"]*)"/.exec(head)?.[1] ?? ''
  const fileName = /filename="([^"]*)"/.exec(head)?.[1]
  return { name, fileName, bytes: bytes.subarray(end + 4) }
}
