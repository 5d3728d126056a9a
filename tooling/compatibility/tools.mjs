// Runtimes and package managers, all of them packages: their programs are called by path, so that no
// install script has to run.
import { join } from 'node:path'
import { manifestOf } from '../manifests.mjs'

const platform = `${process.platform}-${process.arch}`
const node = (major) => ({ package: `node-${platform}@${major}`, program: 'bin/node' })

/** Each tool's package, under an alias of its own, and its program in it. */
const tools = {
  'node-20': node(20),
  'node-22': node(22),
  'node-24': node(24),
  bun: { package: `@oven/bun-${platform}@latest`, program: 'bin/bun' },
  deno: { package: `@deno/${platform}-glibc@latest`, program: 'deno' },
  pnpm: { package: manifestOf().packageManager, program: 'bin/pnpm.cjs' },
  'yarn-1': { package: 'yarn@1', program: 'bin/yarn.js' },
  'yarn-4': { package: '@yarnpkg/cli-dist@4', program: 'bin/yarn.js' },
}

/** The names that `npm install` takes, each tool under its alias. */
export const toolSpecs = Object.entries(tools).map(([name, tool]) => `${name}@npm:${tool.package}`)

/** The command of a tool that is installed in `folder`: a program, or a script for this Node. */
export function toolCommand(folder, name) {
  const path = join(folder, 'node_modules', name, tools[name].program)
  return /\.c?js$/.test(path) ? [process.execPath, path] : [path]
}
