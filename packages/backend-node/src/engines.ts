import type { Plugin } from '@regimen/core'
import type { Machine } from './binding.js'
import { gpuPlugin, nodePlugin } from './engine-plugin.js'
import { findGpus } from './found-gpus.js'
import type { GpuOptions, NodeOptions } from './options.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'backend-node': NodeOptions
  }
}

const thisMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  node: process.versions.node,
  env: process.env,
  findGpus: () =>
    findGpus({ platform: process.platform, env: process.env, deviceFolder: '/dev' }),
}

/**
 * Trains on native TensorFlow with `@tensorflow/tfjs-node`, on the CPU. It is loaded when a run begins.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID; from `fit` REG_ENGINE_FAILED with what to install
 * @example
 * new Trainer({ plugins: [node()] })
 */
export function node(options: NodeOptions = {}): Plugin {
  return nodePlugin(options, thisMachine)
}

/**
 * Trains on GPUs of NVIDIA with `@tensorflow/tfjs-node-gpu`. When a run begins, the environment is set
 * and the binding loaded; a run that would compute on the CPU is refused.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID; from `fit` REG_ENGINE_FAILED with what was found
 * @example
 * new Trainer({ plugins: [gpu({ gpus: [0, 2] })] })
 */
export function gpu(options: GpuOptions = {}): Plugin {
  return gpuPlugin(options, thisMachine)
}
