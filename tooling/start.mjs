// The main job: trains the MNIST example with the command line as a user has it, then tests the best
// checkpoint.
// What follows `npm start --` goes to `regimen fit` and wins.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const example = join(root, 'examples', 'mnist')
const cli = join(root, 'packages', 'cli', 'dist', 'main.js')
const given = process.argv.slice(2)
const isGiven = ([flag]) => given.some((one) => one === flag || one.startsWith(`${flag}=`))
const own = [['--test'], ['--checkpoint', 'best']].filter((one) => !isGiven(one)).flat()
const child = spawn(process.execPath, [cli, 'fit', ...own, ...given], {
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
