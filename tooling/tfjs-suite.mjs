// Runs the specs of tfjs-core against our wasm engine. Specs that are known to fail stand in
// tfjs-suite/failing.json, each group with its reason; any other that fails fails this check.
// `--update` takes out of that list what passes now. `--verbose` prints why each spec fails.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from './tfjs-suite/bundle.mjs'
import { compare, pruned } from './tfjs-suite/compare.mjs'

const listPath = fileURLToPath(new URL('./tfjs-suite/failing.json', import.meta.url))
const { atLeast, groups } = JSON.parse(readFileSync(listPath, 'utf8'))
const { results, problems } = await runSpecs()
const found = compare(results, groups)
const { ran, held, known, unexpected, mended, unknown } = found

if (process.argv.includes('--verbose'))
  for (const { name, status, why } of results)
    if (status === 'failed') console.log(`${name}\n    ${why.split('\n')[0]}`)
if (process.argv.includes('--update')) {
  writeFileSync(
    listPath,
    `${JSON.stringify({ atLeast, groups: pruned(groups, found) }, null, 2)}\n`,
  )
} else if (mended.length + unknown.length > 0) {
  console.log(`Listed as failing, but not so any more (${mended.length + unknown.length}):`)
  for (const name of mended) console.log(`  passes now: ${name}`)
  for (const name of unknown) console.log(`  no such spec: ${name}`)
  console.log('Run "npm run test:tfjs -- --update" and commit the list.')
}
for (const [name, why] of unexpected) console.log(`Failed: ${name}\n    ${why.split('\n')[0]}`)
for (const problem of problems) console.log(`Failed outside of a spec: ${problem}`)
if (ran < atLeast) console.log(`Failed: only ${ran} specs ran; expected at least ${atLeast}.`)
console.log(
  `tfjs-core's specs on our wasm engine: ${held} of ${ran} hold; ` +
    `${known} are known to fail, ${unexpected.length} fail that are not listed.`,
)
process.exitCode = unexpected.length + problems.length > 0 || ran < atLeast ? 1 : 0

/** In a process of its own: the specs print much, and tfjs' flags would stay changed. */
async function runSpecs() {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-suite-'))
  try {
    const [script, output] = [join(folder, 'specs.mjs'), join(folder, 'results.json')]
    await bundle(script)
    const options = { encoding: 'utf8', maxBuffer: 2 ** 28 }
    const { status, stderr } = spawnSync(process.execPath, [script, output], options)
    if (status !== 0) throw new Error(`The specs ended with ${status}:\n${stderr.slice(-4000)}`)
    return JSON.parse(readFileSync(output, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
