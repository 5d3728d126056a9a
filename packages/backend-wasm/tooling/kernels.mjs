// Compiles assembly/ into src/engine/kernel-bytes.ts; `--check` only compares. The compiler is pinned by the
// lockfile and its output depends on the sources alone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { main } from 'assemblyscript/asc'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const target = join(root, 'src/engine/kernel-bytes.ts')

const flags = [
  '-O3',
  '--noAssert',
  ...['--runtime', 'stub'],
  '--importMemory',
  '--sharedMemory',
  ...['--initialMemory', '1'],
  ...['--maximumMemory', '65536'],
  ...['--enable', 'simd'],
  ...['--enable', 'threads'],
]

/** The module's bytes. @throws if the sources do not compile, or would write data into the engine's memory */
async function compile() {
  const written = {}
  const { error, stderr } = await main(['index.ts', ...flags, '--outFile', 'kernels.wasm'], {
    readFile: (name, base) => {
      const path = join(root, 'assembly', base, name)
      return existsSync(path) ? readFileSync(path, 'utf8') : null
    },
    writeFile: (name, contents) => {
      written[name] = contents
    },
    listFiles: () => [],
  })
  if (error) throw new Error(`assembly/ does not compile:\n${stderr.toString()}`)
  const bytes = written['kernels.wasm']
  if (hasData(bytes)) {
    throw new Error('assembly/ has static data, which would overwrite the memory of tfjs.')
  }
  return bytes
}

/** Whether a module has a data section (11). */
function hasData(bytes) {
  for (let at = 8; at < bytes.length; ) {
    const section = bytes[at++]
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      size |= (byte & 127) << shift
      if (byte < 128) break
    }
    if (section === 11) return true
    at += size
  }
  return false
}

const bytes = await compile()
const text = `/** The kernels module, base64. Written by \`npm run kernels\` from assembly/. */
export const kernelBytes =
  '${Buffer.from(bytes).toString('base64')}'
`
const isFresh = existsSync(target) && readFileSync(target, 'utf8') === text
if (process.argv.includes('--check') && !isFresh) {
  process.stderr.write(
    'src/engine/kernel-bytes.ts is not what assembly/ compiles to. Run "npm run kernels".\n',
  )
  process.exitCode = 1
} else if (!isFresh) {
  writeFileSync(target, text)
}
console.log(`kernels: ${bytes.length} bytes, ${brotliCompressSync(bytes).length} compressed`)
