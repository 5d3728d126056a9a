/** The bytes of a module, of base64. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), code)
}

const SHARED = 3
const LIMITED = 1
const MEMORY_IMPORT = [...'env'].map(code).concat(6, [...'memory'].map(code), 2, SHARED)

/** The bytes of a module for a memory that is shared, as it was compiled, or not. */
export function bytesFor(bytes: Uint8Array, isShared: boolean): Uint8Array<ArrayBuffer> {
  const own = bytes.slice()
  if (!isShared) own[memoryFlags(own)] = LIMITED
  return own
}

/** Where the flags of the imported memory are. */
function memoryFlags(bytes: Uint8Array): number {
  const start = bytes.findIndex((_, at) =>
    MEMORY_IMPORT.every((byte, i) => bytes[at + i] === byte),
  )
  return start + MEMORY_IMPORT.length - 1
}

function code(char: string): number {
  return char.charCodeAt(0)
}
