import { invalidOption, quote, RegimenError } from '@regimen/core'

/** GPUs to use: how many (`1`), which by index (`[0, 2]`, `'0,2'`), or `-1` for all. */
export type Gpus = number | readonly number[] | string

/** The GPUs that are requested, checked. */
export type GpuRequest =
  | { readonly kind: 'all' }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'indices'; readonly indices: readonly number[] }

/** The devices that a process sees: `CUDA_VISIBLE_DEVICES`, or all if it is not set. */
export type Devices = readonly string[] | 'all'

/** What the option `gpus` may be, in words. */
export const wantedGpus =
  'a count such as 1, indices such as [0, 2] or "0,2", or -1 for all'

/**
 * Reads the option `gpus`. A text is a list, so `'2'` is the GPU with index 2 and `2` are two GPUs.
 *
 * @throws REG_OPTION_INVALID
 */
export function readGpus(gpus: unknown): GpuRequest {
  const text = Array.isArray(gpus) ? gpus.join() : `${gpus}`.replaceAll(/\s/g, '')
  if (text === '-1') return { kind: 'all' }
  if (typeof gpus === 'number') {
    if (Number.isInteger(gpus) && gpus > 0) return { kind: 'count', count: gpus }
    return invalid(gpus)
  }
  const isList = Array.isArray(gpus) || typeof gpus === 'string'
  if (!isList || !/^\d+(,\d+)*$/.test(text)) return invalid(gpus)
  const indices = text.split(',').map(Number)
  const twice = indices.find((index, place) => indices.indexOf(index) !== place)
  if (twice !== undefined) invalid(gpus, `, which names GPU ${twice} twice`)
  return { kind: 'indices', indices }
}

/** What `CUDA_VISIBLE_DEVICES` says. */
export function readDevices(variable: string | undefined): Devices {
  if (variable === undefined) return 'all'
  const names = variable.split(',').map((name) => name.trim())
  const hidden = names.findIndex((name) => name === '' || name === '-1')
  return hidden === -1 ? names : names.slice(0, hidden)
}

/**
 * The devices of a request. Indices count the devices that are visible already, so that a job
 * scheduler's choice is kept.
 *
 * @param known how many GPUs there are, if that is known
 * @throws REG_ENGINE_FAILED if there are fewer
 */
export function chooseDevices(
  request: GpuRequest,
  visible: Devices,
  known: number | undefined,
): Devices {
  if (request.kind === 'all') return visible
  const indices =
    request.kind === 'indices'
      ? request.indices
      : Array.from({ length: request.count }, (_, index) => index)
  const count = visible === 'all' ? known : visible.length
  const absent = count === undefined ? undefined : indices.find((index) => index >= count)
  if (absent === undefined) {
    return indices.map((index) =>
      visible === 'all' ? String(index) : (visible[index] as string),
    )
  }
  const asked =
    request.kind === 'count' ? `${request.count} GPUs` : `the GPU with index ${absent}`
  const where =
    visible === 'all'
      ? 'nvidia-smi lists'
      : `CUDA_VISIBLE_DEVICES="${visible.join()}" leaves`
  const advice =
    count === 0 ? 'Use node() or wasm()' : `Indices go from 0 to ${Number(count) - 1}`
  const text = `"gpus" asks for ${asked}, but ${where} ${count}. ${advice}.`
  throw new RegimenError(
    'REG_ENGINE_FAILED',
    `The engine "gpu" cannot be used: ${text}`,
    {
      data: { engine: 'gpu', asked: request, visible },
    },
  )
}

function invalid(gpus: unknown, problem = ''): never {
  const foundText = `${quote(gpus)}${problem}`
  return invalidOption('gpu', 'gpus', gpus, wantedGpus, { foundText })
}
