// Makes a fresh clone ready: installs what the lockfile says and builds the packages. Does nothing
// where that is done already. Needs Node and npm, nothing else; plain JavaScript, since nothing is
// installed yet when it starts. `--types` also writes the declarations, which takes longer.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const stamps = join(root, 'node_modules', '.regimen-setup')
const withTypes = process.argv.includes('--types')

checkNode()
await install()
await build()

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`Regimen needs Node 20.19 or newer; this is ${process.version}.`)
  process.exit(1)
}

async function install() {
  const state = digest([join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml')])
  if (read('install') === state) return
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  console.log(`Installing dependencies with ${packageManager} ...`)
  await run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile', '--prefer-offline'])
  write('install', state)
}

/** As many at a time as there are cores: no build needs what another has built. */
async function build() {
  const packages = readdirSync(join(root, 'packages')).filter((name) =>
    existsSync(join(root, 'packages', name, 'tsup.config.ts')),
  )
  const builds = packages.map((name) => () => buildPackage(name))
  // Takes longest.
  if (withTypes) builds.unshift(() => writeDeclarations(packages))
  const worker = async () => {
    for (let next = builds.shift(); next; next = builds.shift()) await next()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
}

async function buildPackage(name) {
  const folder = join(root, 'packages', name)
  const files = [...walk(join(folder, 'src')), ...walk(join(folder, 'tooling'))]
  const others = name === 'create-regimen' ? templatesOfScaffold() : []
  const own = [join(folder, 'package.json'), join(folder, 'tsup.config.ts')]
  const state = digest([...files, ...own, ...others])
  if (existsSync(join(folder, 'dist')) && read(`build-${name}`) === state) return
  console.log(`Building @regimen/${name} ...`)
  await run('node', [join(root, 'node_modules/tsup/dist/cli-default.js')], { cwd: folder })
  write(`build-${name}`, state)
}

/** What create-regimen copies when it is built: templates, a plugin, and the versions of all packages. */
function templatesOfScaffold() {
  const packages = join(root, 'packages')
  const manifests = readdirSync(packages).map((name) => join(packages, name, 'package.json'))
  return [
    join(root, 'pnpm-workspace.yaml'),
    ...manifests.filter((path) => existsSync(path)),
    ...walk(join(packages, 'create-regimen/templates')),
    ...['src', 'test'].flatMap((part) => walk(join(packages, 'plugin-hello', part))),
    join(packages, 'plugin-hello/README.md'),
  ]
}

async function writeDeclarations(packages) {
  const script = join(root, 'tooling/declarations.mjs')
  const state = digest([
    script,
    ...packages.flatMap((name) => walk(join(root, 'packages', name, 'src'))),
  ])
  const areThere = packages.every((name) =>
    existsSync(join(root, 'packages', name, 'dist/index.d.ts')),
  )
  if (areThere && read('declarations') === state) return
  console.log('Writing the declarations ...')
  await run('node', [script])
  write('declarations', state)
}

async function run(command, args, options = {}) {
  const isWindows = process.platform === 'win32'
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: isWindows, ...options })
  const fault = await new Promise((resolve) => {
    child.on('error', ({ message }) => resolve(message))
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : (code ?? signal)))
  })
  if (fault === undefined) return
  console.error(`\nSetup failed: ${command} ${args.join(' ')} ended with ${fault}.`)
  process.exit(1)
}

function walk(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? walk(path) : [path]
  })
}

function digest(paths) {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path.slice(root.length)).update(readFileSync(path))
  return hash.digest('hex')
}

function read(name) {
  const path = join(stamps, name)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function write(name, text) {
  mkdirSync(stamps, { recursive: true })
  writeFileSync(join(stamps, name), text)
}
