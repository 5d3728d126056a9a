import { readFileSync } from 'node:fs'
import { crc32, inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const CENTRAL = 0x02014b50
const DEFLATED = 8

/** The files of a zip by name, read by its directory. @throws where a name occurs twice or a checksum is wrong */
export function readZip(path: string): Map<string, Buffer> {
  const zip = readFileSync(path)
  const end = zip.lastIndexOf(Buffer.from(Uint32Array.of(END).buffer))
  if (end < 0) throw new Error(`${path} is no zip`)
  const files = new Map<string, Buffer>()
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== CENTRAL) throw new Error(`no entry of the directory at ${at}`)
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      zip.readUInt16LE(at + offset),
    ) as [number, number, number]
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    const contents = readFile(zip, at)
    if (files.has(name)) throw new Error(`${name} is there twice`)
    if (crc32(contents) !== zip.readUInt32LE(at + 16)) throw new Error(`${name} has another sum`)
    files.set(name, contents)
    at += 46 + nameLength + extraLength + commentLength
  }
  return files
}

/** The contents of the file whose entry of the directory is at `entry`. */
function readFile(zip: Buffer, entry: number): Buffer {
  const size = zip.readUInt32LE(entry + 20)
  const local = zip.readUInt32LE(entry + 42)
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const bytes = zip.subarray(start, start + size)
  return zip.readUInt16LE(entry + 10) === DEFLATED ? inflateRawSync(bytes) : bytes
}
