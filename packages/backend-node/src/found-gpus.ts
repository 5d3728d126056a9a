import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

/** What a machine has that a GPU needs. */
export interface FoundGpus {
  /** The GPUs by `nvidia-smi -L`, one line each; absent if that says nothing. */
  readonly listed: readonly string[] | undefined
  /** What nvidia-smi says, in words. */
  readonly nvidiaSmi: string
  /** Device files such as `/dev/nvidia0`; absent on systems without any. */
  readonly devices: readonly string[] | undefined
  /** Libraries of driver, CUDA and cuDNN that were not found. */
  readonly missing: readonly string[]
}

/** Where to look. */
export interface Place {
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder of device files. */
  readonly deviceFolder: string
}

/** What TensorFlow 2.9, which tfjs-node-gpu 4.22 brings, opens when it looks for a GPU. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  linux: ['libcuda.so.1', 'libcudart.so.11.0', 'libcublas.so.11', 'libcudnn.so.8'],
  win32: ['nvcuda.dll', 'cudart64_110.dll', 'cublas64_11.dll', 'cudnn64_8.dll'],
}
const TIMEOUT_MS = 10_000

/** Looks for GPUs without loading anything. Throws nothing. */
export async function findGpus(place: Place): Promise<FoundGpus> {
  const devices = place.platform === 'linux' ? deviceFiles(place.deviceFolder) : undefined
  const [smi, missing] = await Promise.all([askNvidiaSmi(place), missingLibraries(place)])
  return { ...smi, devices, missing }
}

/** What was found, in sentences. */
export function describeGpus({ nvidiaSmi, devices, missing }: FoundGpus): string {
  const files =
    devices && `device files: ${devices.join(', ') || 'none (no /dev/nvidia*)'}`
  const libraries = `libraries of CUDA 11 and cuDNN 8 not found: ${missing.join(', ') || 'none'}`
  return [nvidiaSmi, files, libraries].filter((one) => one !== undefined).join('; ')
}

async function askNvidiaSmi({
  env,
}: Place): Promise<Pick<FoundGpus, 'listed' | 'nvidiaSmi'>> {
  const output = await run('nvidia-smi', ['-L'], env)
  if (output.isMissing)
    return { listed: undefined, nvidiaSmi: 'nvidia-smi: not installed' }
  const listed = output.text.split('\n').filter((line) => /^GPU \d+:/.test(line))
  if (listed.length > 0) return { listed, nvidiaSmi: `nvidia-smi: ${listed.join(', ')}` }
  // nvidia-smi ends with the same status with no devices as after a failure: only its text differs.
  const said = output.text.trim().split('\n')[0] || 'nothing'
  const isNone = /no devices/i.test(said)
  return { listed: isNone ? [] : undefined, nvidiaSmi: `nvidia-smi: "${said}"` }
}

function deviceFiles(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : []
  const wanted = names.filter((name) => /^(nvidia\d+|dxg)$/.test(name))
  return wanted.sort().map((name) => join(folder, name))
}

async function missingLibraries({ platform, env }: Place): Promise<string[]> {
  const wanted = LIBRARIES[platform] ?? []
  const isWindows = platform === 'win32'
  const path = isWindows ? (env.PATH ?? env.Path) : env.LD_LIBRARY_PATH
  const folders = (path ?? '').split(delimiter).filter(Boolean)
  const absent = wanted.filter(
    (name) => !folders.some((folder) => existsSync(join(folder, name))),
  )
  if (isWindows || absent.length === 0) return absent
  const searched = {
    ...env,
    PATH: [env.PATH, '/sbin', '/usr/sbin'].filter(Boolean).join(delimiter),
  }
  const { text } = await run('ldconfig', ['-p'], searched)
  return absent.filter((name) => !text.includes(`${name} `))
}

/** What a program prints on either stream, whether it succeeds or not. */
async function run(
  program: string,
  args: readonly string[],
  env: Place['env'],
): Promise<{ readonly text: string; readonly isMissing: boolean }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, {
      env: { ...env },
      timeout: TIMEOUT_MS,
      windowsHide: true,
    })
    return { text: stdout || stderr, isMissing: false }
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as {
      code?: unknown
      stdout?: string
      stderr?: string
    }
    return { text: stdout || stderr || String(thrown), isMissing: code === 'ENOENT' }
  }
}
