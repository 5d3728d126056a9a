import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describeGpus, findGpus } from '../src/found-gpus.js'

const folders: string[] = []

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'regimen-gpus-'))
  folders.push(path)
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(path, name), text)
    chmodSync(join(path, name), 0o755)
  }
  return path
}

afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})

const smi = (text: string, code = 0) => `#!/bin/sh\necho '${text}'\nexit ${code}\n`

describe.skipIf(process.platform === 'win32')('a machine', () => {
  it('with two GPUs and all libraries', async () => {
    const programs = folder({
      'nvidia-smi': smi(
        'GPU 0: NVIDIA A100 (UUID: GPU-1)\n  MIG 1g\nGPU 1: NVIDIA T4 (UUID: GPU-2)',
      ),
    })
    const names = ['libcuda.so.1', 'libcudart.so.11.0', 'libcublas.so.11', 'libcudnn.so.8']
    const libraries = folder(Object.fromEntries(names.map((name) => [name, ''])))
    const deviceFolder = folder({ nvidia1: '', nvidia0: '', nvidiactl: '', null: '' })
    const env = { PATH: programs, LD_LIBRARY_PATH: `/nowhere:${libraries}` }
    const found = await findGpus({ platform: 'linux', env, deviceFolder })
    expect(found).toEqual({
      listed: ['GPU 0: NVIDIA A100 (UUID: GPU-1)', 'GPU 1: NVIDIA T4 (UUID: GPU-2)'],
      nvidiaSmi: 'nvidia-smi: GPU 0: NVIDIA A100 (UUID: GPU-1), GPU 1: NVIDIA T4 (UUID: GPU-2)',
      devices: [join(deviceFolder, 'nvidia0'), join(deviceFolder, 'nvidia1')],
      missing: [],
    })
    expect(describeGpus(found)).toContain('not found: none')
  })

  it('without anything', async () => {
    const env = { PATH: folder({ ldconfig: smi('\tlibc.so.6 (libc6) => /lib/libc.so.6') }) }
    const found = await findGpus({ platform: 'linux', env, deviceFolder: '/no/such/folder' })
    expect(describeGpus(found)).toBe(
      'nvidia-smi: not installed; device files: none (no /dev/nvidia*); libraries of CUDA 11 and ' +
        'cuDNN 8 not found: libcuda.so.1, libcudart.so.11.0, libcublas.so.11, libcudnn.so.8',
    )
    expect(found.listed).toBeUndefined()
  })

  it('whose libraries are known to the linker', async () => {
    const list = '\tlibcuda.so.1 (libc6,x86-64) => /a\n\tlibcudnn.so.8 (libc6) => /b'
    const env = { PATH: folder({ ldconfig: smi(list) }) }
    const { missing } = await findGpus({ platform: 'linux', env, deviceFolder: '/none' })
    expect(missing).toEqual(['libcudart.so.11.0', 'libcublas.so.11'])
  })

  it.each([
    ['No devices were found', 6, []],
    ['NVIDIA-SMI has failed because it could not communicate with the driver', 9, undefined],
  ])('whose nvidia-smi says "%s"', async (text, code, listed) => {
    const env = { PATH: folder({ 'nvidia-smi': smi(text, code) }) }
    const found = await findGpus({ platform: 'linux', env, deviceFolder: '/none' })
    expect(found.listed).toEqual(listed)
    expect(found.nvidiaSmi).toBe(`nvidia-smi: "${text}"`)
  })

  it('with Windows', async () => {
    const env = { Path: folder({ 'nvcuda.dll': '' }) }
    const found = await findGpus({ platform: 'win32', env, deviceFolder: '/none' })
    expect(found.devices).toBeUndefined()
    expect(found.missing).toEqual(['cudart64_110.dll', 'cublas64_11.dll', 'cudnn64_8.dll'])
    expect(describeGpus(found)).not.toContain('device files')
  })
})
