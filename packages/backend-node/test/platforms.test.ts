import { expect, it } from 'vitest'
import { unsupported } from '../src/platforms.js'

const [NODE, GPU] = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'] as const

it.each([
  ['linux', 'x64', NODE, undefined],
  ['linux', 'arm64', NODE, undefined],
  ['linux', 'arm', NODE, undefined],
  ['darwin', 'x64', NODE, undefined],
  ['darwin', 'arm64', NODE, undefined],
  ['win32', 'x64', NODE, undefined],
  ['win32', 'arm64', NODE, /this is win32 arm64\. Use wasm\(\)/],
  ['freebsd', 'x64', NODE, /Use wasm\(\)/],
  ['linux', 's390x', NODE, /Use wasm\(\)/],
  ['linux', 'x64', GPU, undefined],
  ['win32', 'x64', GPU, undefined],
  ['linux', 'arm64', GPU, /linux x64, win32 x64; this is linux arm64\. Use node\(\) or wasm\(\)/],
  ['darwin', 'arm64', GPU, /no GPU engine for macOS, neither CUDA nor Metal\. Use node\(\)/],
  ['freebsd', 'x64', GPU, /this is freebsd x64\. Use wasm\(\)/],
])('%s %s, %s', (platform, arch, binding, text) => {
  const found = unsupported(binding, platform, arch)
  if (text) expect(found).toMatch(text)
  else expect(found).toBeUndefined()
})
