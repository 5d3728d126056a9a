import { definePlugin, type Plugin } from '@regimen/core'
import { type EngineRequest, type Load, type Machine, useBinding } from './binding.js'
import { readGpus } from './gpus.js'
import { type GpuOptions, gpuOptions, type NodeOptions, options } from './options.js'

const ENGINES = ['backend-cpu', 'backend-gpu', 'backend-node', 'backend-wasm']
const importBinding: Load = (name) => import(/* @vite-ignore */ name)

/** The engine on the CPU, for a machine. @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID */
export function nodePlugin(input: NodeOptions, machine: Machine): Plugin {
  const { load = importBinding } = options.check(input)
  return engine('backend-node', { binding: '@tensorflow/tfjs-node', load }, machine)
}

/** The engine on GPUs, for a machine. @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID */
export function gpuPlugin(input: GpuOptions, machine: Machine): Plugin {
  const { load = importBinding, gpus } = gpuOptions.check(input)
  const request = {
    binding: '@tensorflow/tfjs-node-gpu',
    gpus: readGpus(gpus),
    load,
  } as const
  return engine('backend-gpu', request, machine)
}

function engine(
  name: string,
  request: Omit<EngineRequest, 'report'>,
  machine: Machine,
): Plugin {
  return definePlugin({
    name,
    conflicts: ENGINES.filter((other) => other !== name),
    apply({ hooks, id, report }) {
      hooks.configure.tapPromise(id, async (configured) => {
        await inTurn(() => useBinding({ ...request, report }, machine))
        return configured
      })
    },
  })
}

let last: Promise<unknown> = Promise.resolve()

/** One after the other: the environment belongs to the process. */
function inTurn(act: () => Promise<void>): Promise<void> {
  const result = last.then(act)
  last = result.catch(() => undefined)
  return result
}
