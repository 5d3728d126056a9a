import { env } from '@tensorflow/tfjs-core'
import { nodeModule } from '../node-module.js'
import { withSharedMemory } from './shared-memory.js'

/** The build of tfjs' module that has SIMD and one thread. */
const FILE = 'tfjs-backend-wasm-simd.wasm'
/** The paths by which tfjs asks for its module while it is loaded by us. */
const FILES = ['tfjs-backend-wasm.wasm', FILE, 'tfjs-backend-wasm-threaded-simd.wasm']
const OUR_PATH = 'regimen:'

type SetWasmPaths = (paths: Record<string, string>, usePlatformFetch: boolean) => void
type Fetched = { readonly ok: true; arrayBuffer(): Promise<ArrayBuffer> }
type Fetch = (path: string, init?: RequestInit) => Promise<unknown>

/**
 * Tfjs' module with its memory made shared, so that threads of ours can compute in it.
 *
 * @param wasmPaths folder of the `.wasm` files, or a path for each by name
 * @returns `undefined` if it is not found: tfjs itself may know where it is
 */
export async function sharedModule(
  wasmPaths: string | Readonly<Record<string, string>> | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return withSharedMemory(await read(wasmPaths))
  } catch {
    return undefined
  }
}

/** Gives tfjs the bytes of its module, through its own way to fetch, while it loads. */
export async function withModule<T>(
  module: Uint8Array<ArrayBuffer>,
  setWasmPaths: SetWasmPaths,
  load: () => Promise<T>,
): Promise<T> {
  const platform = env().platform as unknown as { fetch: Fetch }
  const { fetch } = platform
  const fetched: Fetched = { ok: true, arrayBuffer: async () => module.buffer }
  platform.fetch = async (path, init) =>
    path.startsWith(OUR_PATH) ? fetched : fetch.call(platform, path, init)
  setWasmPaths(Object.fromEntries(FILES.map((name) => [name, OUR_PATH + name])), true)
  try {
    return await load()
  } finally {
    platform.fetch = fetch
  }
}

async function read(
  wasmPaths: string | Readonly<Record<string, string>> | undefined,
): Promise<Uint8Array> {
  const given = typeof wasmPaths === 'string' ? wasmPaths + FILE : wasmPaths?.[FILE]
  const fs = nodeModule('node:fs')
  if (fs && !/^https?:/.test(given ?? '')) return fs.readFileSync(given ?? installed())
  const response = await fetch(given ?? FILE, { credentials: 'same-origin' })
  if (!response.ok) throw new Error(`${given} answered ${response.status}.`)
  return new Uint8Array(await response.arrayBuffer())
}

/** Where the package manager put the file. */
function installed(): string {
  const { createRequire } = nodeModule('node:module') as typeof import('node:module')
  return createRequire(import.meta.url).resolve(
    `@tensorflow/tfjs-backend-wasm/dist/${FILE}`,
  )
}
