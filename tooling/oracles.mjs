// Makes a Python with the packages of test/oracles/requirements.txt, for the tests that ask other
// programs (`x.oracle.test.ts`). Says which are missing and why; never fails. Does nothing where it
// has been done already.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const requirements = readFileSync(join(root, 'test/oracles/requirements.txt'), 'utf8')
// Without it Keras looks for TensorFlow.
process.env.KERAS_BACKEND ??= 'torch'
const names = requirements.trim().split('\n')
const folder = join(root, 'node_modules/.cache/oracles')
const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
const stamp = join(folder, 'requirements.txt')

if (hasAll('python3')) {
  console.log('Oracles: the packages are there for python3.')
} else if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== requirements) {
  install()
}

function install() {
  console.log(`Installing ${names.join(', ')} for Python ...`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(dirname(folder), { recursive: true })
  const why = run('python3', ['-m', 'venv', folder])
  if (why) return console.log(`Oracle tests are skipped: there is no Python to use (${why}).`)
  const quick = [
    '--quiet',
    '--no-compile',
    '--disable-pip-version-check',
    '--retries',
    '0',
    '--timeout',
    '20',
  ]
  const missing = names.filter((name) => {
    const fault = run(python, ['-m', 'pip', 'install', ...quick, name])
    if (fault) console.log(`Oracle tests with ${name} are skipped: ${fault}`)
    return fault
  })
  if (missing.length === 0) writeFileSync(stamp, requirements)
}

function hasAll(command) {
  return run(command, ['-c', `import ${names.join(', ')}`]) === undefined
}

/** Runs a command; why it failed, in one line, or nothing. */
function run(command, args) {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 600_000 })
  if (status === 0) return undefined
  return error?.message ?? stderr?.trim().split('\n').at(-1) ?? `it ended with ${status}`
}
