import { RegimenError, type Reporter } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { describeGpus, type FoundGpus } from './found-gpus.js'
import { chooseDevices, type Devices, type GpuRequest, readDevices } from './gpus.js'
import { explainFailure } from './load-failure.js'
import { restoreNodeUtil } from './node-util.js'
import { type Binding, unsupported } from './platforms.js'

/** Imports a binding by name. */
export type Load = (name: string) => Promise<unknown>

/** An engine that is requested. */
export interface EngineRequest {
  readonly binding: Binding
  /** Only for the binding with GPUs. */
  readonly gpus?: GpuRequest
  readonly load: Load
  readonly report: Reporter
}

/** The machine that it is for. */
export interface Machine {
  readonly platform: string
  readonly arch: string
  /** Version of Node, without `v`. */
  readonly node: string
  readonly env: Record<string, string | undefined>
  readonly findGpus: () => Promise<FoundGpus>
  /** What this process has loaded: TensorFlow reads its environment only once. */
  loaded?: Loaded
}

interface Loaded {
  readonly binding: Binding
  /** What it sees. */
  readonly devices: Devices
  /** What was visible before. */
  readonly visible: Devices
}

const BACKEND = 'tensorflow'

/**
 * Loads native TensorFlow, or takes what is loaded, and makes it tfjs' current backend.
 *
 * @throws REG_ENGINE_FAILED
 */
export async function useBinding(
  request: EngineRequest,
  machine: Machine,
): Promise<void> {
  const problem = unsupported(request.binding, machine.platform, machine.arch)
  if (problem) throw failure(request, problem)
  const found = request.gpus && (await machine.findGpus())
  const before = tf.getBackend()
  restoreNodeUtil()
  try {
    const loaded = machine.loaded ?? loadedByOthers(machine)
    if (loaded) refuseOther(loaded, request)
    else machine.loaded = await loadBinding(request, machine, found)
    await makeCurrent(request)
    if (found) checkGpu(request, found, (machine.loaded ?? loaded)?.devices)
  } catch (thrown) {
    if (before) await tf.setBackend(before)
    throw thrown
  }
}

async function makeCurrent(request: EngineRequest): Promise<void> {
  if (await tf.setBackend(BACKEND).catch(() => false)) return
  throw failure(
    request,
    `${request.binding} loaded, but registered no backend "${BACKEND}" that starts.`,
  )
}

async function loadBinding(
  request: EngineRequest,
  machine: Machine,
  found: FoundGpus | undefined,
): Promise<Loaded> {
  const { binding, gpus, load } = request
  const visible = readDevices(machine.env.CUDA_VISIBLE_DEVICES)
  const devices = gpus ? chooseDevices(gpus, visible, found?.listed?.length) : visible
  const before = { ...machine.env }
  if (gpus) setEnvironment(machine.env, devices)
  try {
    checkCopies(await load(binding), request)
  } catch (thrown) {
    if (gpus) restoreEnvironment(machine.env, before)
    if (thrown instanceof RegimenError) throw thrown
    const explained = explainFailure(thrown, { ...machine, binding })
    const gpuText = found ? ` Found here: ${describeGpus(found)}.` : ''
    throw failure(request, `${explained.replace(/\.?$/, '.')}${gpuText}`, thrown)
  }
  return { binding, devices, visible }
}

const VARIABLES = [
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'TF_FORCE_GPU_ALLOW_GROWTH',
]

/** Indices are those of nvidia-smi, and memory is taken as needed instead of all at once. */
function setEnvironment(env: Machine['env'], devices: Devices): void {
  if (devices !== 'all') env.CUDA_VISIBLE_DEVICES = devices.join()
  env.CUDA_DEVICE_ORDER ??= 'PCI_BUS_ID'
  env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'
}

function restoreEnvironment(env: Machine['env'], before: Machine['env']): void {
  for (const name of VARIABLES) {
    if (before[name] === undefined) delete env[name]
    else env[name] = before[name]
  }
}

/** A binding that somebody imported saw the environment as it is. */
function loadedByOthers({ env }: Machine): Loaded | undefined {
  if (tf.findBackendFactory(BACKEND) === null) return undefined
  const isGpu = (tf.findBackend(BACKEND) as { isGPUPackage?: boolean } | null)
    ?.isGPUPackage
  const devices = readDevices(env.CUDA_VISIBLE_DEVICES)
  const binding: Binding = isGpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node'
  return { binding, devices, visible: devices }
}

function refuseOther(
  { binding, devices, visible }: Loaded,
  request: EngineRequest,
): void {
  if (binding !== request.binding) {
    const text = `this process has loaded ${binding} already, and both cannot be in one process.`
    throw failure(request, `${text} Start another process.`)
  }
  if (!request.gpus) return
  const wanted =
    request.gpus.kind === 'all'
      ? visible
      : chooseDevices(request.gpus, visible, undefined)
  if (String(wanted) === String(devices)) return
  const text = `this process has loaded ${binding} already, with ${name(devices)} instead of ${name(wanted)}.`
  const why = 'TensorFlow reads CUDA_VISIBLE_DEVICES only once'
  throw failure(request, `${text} ${why}; start another process.`)
}

function name(devices: Devices): string {
  if (devices === 'all') return 'all GPUs'
  return devices.length === 0 ? 'no GPU' : `the GPUs ${devices.join()}`
}

interface Exports {
  readonly default?: Exports
  readonly engine?: () => unknown
  readonly Tensor?: unknown
  readonly version?: Readonly<Record<string, string>>
}

function checkCopies(module: unknown, request: EngineRequest): void {
  const { default: union = (module ?? {}) as Exports } = (module ?? {}) as Exports
  const version = union.version?.['tfjs-core'] ?? 'unknown'
  const copies = `it brings another copy of @tensorflow/tfjs-core (${version}) than the trainer uses (${tf.version_core})`
  const advice = 'Give both one version; `regimen doctor` lists the copies'
  if (union.engine && union.engine() !== tf.engine())
    throw failure(request, `${copies}. ${advice}.`)
  if (union.Tensor && union.Tensor !== tf.Tensor)
    request.report.warn(`${request.binding}: ${copies}. ${advice}.`)
}

function checkGpu(
  { binding, report }: EngineRequest,
  found: FoundGpus,
  devices?: Devices,
): void {
  const backend = tf.backend() as { isUsingGpuDevice?: boolean }
  if (backend.isUsingGpuDevice !== true) {
    const text = `${binding} loaded, but TensorFlow sees no GPU and would compute on the CPU`
    const seen =
      devices && devices !== 'all' ? `; CUDA_VISIBLE_DEVICES="${devices.join()}"` : ''
    const advice =
      'Install what is missing (NVIDIA driver, CUDA 11.2, cuDNN 8.1), or use node()'
    const details = `Found here: ${describeGpus(found)}${seen}`
    throw failure(
      { binding },
      `${text}. ${details}. ${advice}.`,
      new Error(describeGpus(found)),
    )
  }
  if (!devices || devices === 'all' || devices.length < 2) return
  const last = devices.at(-1)
  report.warn(
    `${binding} computes on one GPU: of ${devices.join()} it uses ${last}, and only holds the others.`,
  )
}

function failure(
  { binding }: { binding: Binding },
  detail: string,
  cause?: unknown,
): RegimenError {
  const engine = binding === '@tensorflow/tfjs-node' ? 'node' : 'gpu'
  const text = `The engine "${engine}" cannot be used: ${detail}`
  const data = { engine, package: binding }
  const details = cause === undefined ? { data } : { data, cause }
  return new RegimenError('REG_ENGINE_FAILED', text, details)
}
