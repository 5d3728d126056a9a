/** A package with native TensorFlow. */
export type Binding = '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu'

/** Where each binding runs: `process.platform` and `process.arch`. */
const PLATFORMS: Readonly<Record<Binding, readonly string[]>> = {
  '@tensorflow/tfjs-node': [
    'linux x64',
    'linux arm64',
    'linux arm',
    'darwin x64',
    'darwin arm64',
    'win32 x64',
  ],
  '@tensorflow/tfjs-node-gpu': ['linux x64', 'win32 x64'],
}

/** Why a binding cannot run on a kind of machine and what can; nothing if it can. */
export function unsupported(
  binding: Binding,
  platform: string,
  arch: string,
): string | undefined {
  const known = PLATFORMS[binding]
  const found = `${platform} ${arch}`
  if (known.includes(found)) return undefined
  const isMac = binding === '@tensorflow/tfjs-node-gpu' && platform === 'darwin'
  const why = isMac
    ? ' TensorFlow.js has no GPU engine for macOS, neither CUDA nor Metal.'
    : ''
  const others = PLATFORMS['@tensorflow/tfjs-node'].includes(found)
    ? 'node() or wasm()'
    : 'wasm()'
  return `${binding} runs on ${known.join(', ')}; this is ${found}.${why} Use ${others}.`
}
