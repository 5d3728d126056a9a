// Compiles assembly/ into src/engine/*kernel-bytes.ts; `--check` only compares. The compiler is pinned by the
// lockfile and its output depends on the sources alone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { main } from 'assemblyscript/asc'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

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

/** The bytes of a module. @throws if the sources do not compile, or would write data into the engine's memory */
async function compile(entry, more) {
  const written = {}
  const { error, stderr } = await main([entry, ...flags, ...more, '--outFile', 'kernels.wasm'], {
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

/** Writes a file, or with `--check` only compares it. */
function write(name, constant, bytes, what) {
  const target = join(root, 'src/engine', name)
  const text = `/** ${what}, base64. Written by \`npm run kernels\` from assembly/. */
export const ${constant} =
  '${Buffer.from(bytes).toString('base64')}'
`
  const isFresh = existsSync(target) && readFileSync(target, 'utf8') === text
  if (!isFresh && process.argv.includes('--check')) {
    console.error(`${name} is not what assembly/ compiles to. Run "npm run kernels".`)
    process.exitCode = 1
  } else if (!isFresh) {
    writeFileSync(target, text)
  }
  console.log(`${name}: ${bytes.length} bytes, ${brotliCompressSync(bytes).length} compressed`)
}

const relaxed = ['--enable', 'relaxed-simd']
write('kernel-bytes.ts', 'kernelBytes', await compile('index.ts', []), 'The kernels module')
write(
  'relaxed-kernel-bytes.ts',
  'relaxedKernelBytes',
  await compile('index.ts', relaxed),
  'The kernels module with products that are rounded once',
)
write(
  'wide-kernel-bytes.ts',
  'wideKernelBytes',
  await compile('wide.ts', relaxed),
  'The tiles of 16 columns',
)
