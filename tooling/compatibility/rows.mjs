// Who installs, who runs, and how each of them is called. `$name` is the command of a tool.
const cli = 'node_modules/@regimen/cli/dist/main.js'
const byPath = (runtime) => ({
  fit: [...runtime, cli, 'fit'],
  compiled: [...runtime, 'compiled.mjs'],
})
const here = byPath(['node'])
const nodeOf = (major) => byPath([`$node-${major}`])

/** How a package manager makes a project, and runs its scripts. */
const scripts = (tool, create = ['create', 'regimen'], run = 'run') => ({
  create: [tool, ...create],
  start: [tool, run, 'start'],
  test: [tool, run, 'test'],
})

/** Each way to install, with the ways to run what it installed. */
export const rows = [
  {
    name: 'npm',
    install: ['npm', 'install'],
    ...scripts('npm'),
    version: ['npm', '--version'],
    runs: [
      { name: 'Node 20', version: ['$node-20', '--version'], ...nodeOf(20) },
      { name: 'Node 22', version: ['$node-22', '--version'], ...nodeOf(22) },
      { name: 'Node 24', version: ['$node-24', '--version'], ...nodeOf(24) },
      { name: 'Bun', version: ['$bun', '--version'], ...byPath(['$bun', '--bun']) },
      { name: 'Deno', version: ['$deno', '--version'], ...byPath(['$deno', 'run', '--allow-all']) },
    ],
  },
  {
    name: 'pnpm',
    install: ['$pnpm', 'install'],
    ...scripts('$pnpm'),
    version: ['$pnpm', '--version'],
    runs: [{ name: 'this Node', ...here }],
  },
  {
    name: 'Yarn classic',
    install: ['$yarn-1', 'install', '--no-progress'],
    ...scripts('$yarn-1'),
    version: ['$yarn-1', '--version'],
    runs: [{ name: 'this Node', ...here }],
  },
  {
    name: 'Yarn, node_modules',
    install: ['$yarn-4', 'install'],
    ...scripts('$yarn-4'),
    version: ['$yarn-4', '--version'],
    files: { '.yarnrc.yml': 'nodeLinker: node-modules\n', 'yarn.lock': '' },
    runs: [{ name: 'this Node', ...here }],
  },
  {
    name: "Yarn, Plug'n'Play",
    install: ['$yarn-4', 'install'],
    ...scripts('$yarn-4'),
    version: ['$yarn-4', '--version'],
    files: { '.yarnrc.yml': 'nodeLinker: pnp\n', 'yarn.lock': '' },
    runs: [
      {
        name: 'this Node',
        fit: ['$yarn-4', 'run', 'regimen', 'fit'],
        compiled: ['$yarn-4', 'node', 'compiled.mjs'],
      },
    ],
  },
  {
    name: 'Bun',
    install: ['$bun', 'install'],
    ...scripts('$bun'),
    version: ['$bun', '--version'],
    runs: [
      { name: 'this Node', ...here },
      { name: 'Bun', version: ['$bun', '--version'], ...byPath(['$bun', '--bun']) },
    ],
  },
  {
    name: 'Deno',
    install: ['$deno', 'install', '--minimum-dependency-age=0'],
    ...scripts(
      '$deno',
      ['run', '--allow-all', '--minimum-dependency-age=0', 'npm:create-regimen'],
      'task',
    ),
    version: ['$deno', '--version'],
    runs: [
      { name: 'this Node', ...here },
      { name: 'Deno', version: ['$deno', '--version'], ...byPath(['$deno', 'run', '--allow-all']) },
    ],
  },
]
