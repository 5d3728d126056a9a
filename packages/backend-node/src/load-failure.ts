import type { Binding } from './platforms.js'

/** Where a binding failed to load. */
export interface FailurePlace {
  readonly binding: Binding
  readonly platform: string
  /** Version of Node, without `v`. */
  readonly node: string
}

interface Failure {
  readonly code?: unknown
  readonly message?: unknown
}

/**
 * What is wrong and what to do, for an error that importing a binding threw. Node gives codes; the
 * install check of tfjs-node, the loaders of systems and bundlers give nothing but their texts.
 */
export function explainFailure(thrown: unknown, place: FailurePlace): string {
  const { binding, platform, node } = place
  const { code, message = thrown } = (thrown ?? {}) as Failure
  const said = String(message).split('\n')[0]?.trim() ?? ''
  if (isAbsent(code, said) && isAbout(binding, said)) {
    return `${binding} is not installed. ${install(binding)}`
  }
  if (/tfjs_binding/.test(said) && !isLoadError(code, said)) {
    return (
      `${binding} is installed without its native library (tfjs_binding.node), because its install ` +
      `script did not run or could not download it. ${rebuild(binding)}`
    )
  }
  if (
    platform === 'win32' &&
    /specified (module|procedure) could not be found/i.test(said)
  ) {
    const folder = `node_modules\\${binding.replace('/', '\\')}`
    return (
      `Windows does not find a library of ${binding}: "${said}". Copy tensorflow.dll from ` +
      `${folder}\\deps\\lib into ${folder}\\lib\\napi-v8, and install the Visual C++ Redistributable.`
    )
  }
  if (isLoadError(code, said)) {
    return (
      `The native library of ${binding} cannot be used here: "${said}". It was made for another ` +
      `system, or a library that it needs is missing (Alpine Linux: use an image with glibc). ` +
      rebuild(binding)
    )
  }
  if (/\.is[A-Z]\w+ is not a function/.test(said)) {
    return (
      `${binding} 4.22 calls a function that Node ${node} no longer has: "${said}". ` +
      'Use Node 20 or 22, or wasm().'
    )
  }
  return `Importing ${binding} failed: "${said}". ${install(binding)}`
}

/** By Node's code, or by the words of bundlers. */
function isAbsent(code: unknown, said: string): boolean {
  return (
    /^(ERR_)?MODULE_NOT_FOUND$/.test(String(code)) || /^could not resolve/i.test(said)
  )
}

function isAbout(binding: Binding, said: string): boolean {
  return new RegExp(`['"]${binding}['"]|^${binding}$`).test(said)
}

function isLoadError(code: unknown, said: string): boolean {
  const isUnloadable =
    /shared object|ELF header|GLIBC|incompatible arch|mach-o|not a valid Win32/i
  return code === 'ERR_DLOPEN_FAILED' || isUnloadable.test(said)
}

/** pnpm 10 runs only the install scripts that a project approves of. */
function install(binding: Binding): string {
  return (
    `Run npm install ${binding}@4, or with pnpm: ` +
    `pnpm add --allow-build=${binding} ${binding}@4`
  )
}

function rebuild(binding: Binding): string {
  return (
    `Run npm rebuild --ignore-scripts=false ${binding}, or with pnpm: list ${binding} under ` +
    `onlyBuiltDependencies in pnpm-workspace.yaml (pnpm approve-builds does it) and run pnpm rebuild ` +
    `${binding}. libtensorflow comes from storage.googleapis.com, or from TFJS_NODE_CDN_STORAGE; ` +
    'the addon tfjs_binding.node from there too, or from npm_config_tfjs_binding_binary_host_mirror, ' +
    'else it is compiled, which takes Python and a C++ compiler'
  )
}
