/** Identifier of the section of a WebAssembly module that declares its memory. */
const MEMORY_SECTION = 5
/** The first bytes of a WebAssembly module; a version of four bytes follows. */
const MAGIC = [0, 0x61, 0x73, 0x6d]
/** Bytes before the first section. */
const HEADER_BYTES = 8
/** Flags of a memory with a maximum; the second is shared between threads. */
const LIMITED = 1
const SHARED = 3

/**
 * A module that declares one memory with a maximum, as one whose memory is shared: nothing but that flag
 * changes. (WebAssembly core specification, binary format of limits, with the threads proposal.)
 *
 * @returns a copy, or `undefined` if the module has no such memory
 */
export function withSharedMemory(
  module: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const place = flagsOfMemory(module)
  if (place === undefined || module[place] !== LIMITED) return undefined
  const copy = Uint8Array.from(module)
  copy[place] = SHARED
  return copy
}

function flagsOfMemory(module: Uint8Array): number | undefined {
  if (MAGIC.some((byte, place) => module[place] !== byte)) return undefined
  let place = HEADER_BYTES
  while (place < module.length) {
    const section = module[place]
    const size = readLength(module, place + 1)
    if (section === MEMORY_SECTION)
      return module[size.end] === 1 ? size.end + 1 : undefined
    place = size.end + size.value
  }
  return undefined
}

/** An unsigned LEB128 number and where it ends. */
function readLength(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0
  let end = start
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[end++] as number
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return { value, end }
  }
}
