// The main job: trains the MNIST example with the command line as a user has it, then tests the best
// checkpoint.
// What follows `npm start --` goes to `regimen fit` and wins.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const example = join(root, 'examples', 'mnist')
const cli = join(root, 'packages', 'cli', 'dist', 'main.js')
const args = process.argv.slice(2)
const isTyped = ([flag]) => args.some((arg) => arg === flag || arg.startsWith(`${flag}=`))
const defaults = [['--test'], ['--checkpoint', 'best']].filter((words) => !isTyped(words)).flat()
const child = spawn(process.execPath, [cli, 'fit', ...defaults, ...args], {
  cwd: example,
  stdio: 'inherit',
})
// The terminal sends Ctrl-C to the child too; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => forward(signal))
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
})

function forward(signal) {
  if (signal === 'SIGTERM') child.kill(signal)
}
