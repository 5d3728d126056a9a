// Packs every package as it would be published and checks the tarballs: publint for the manifest,
// attw for the types as they resolve outside. Packages are ES modules: how `require` and resolvers
// older than `exports` see them is not asked.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { filterProblems, problemKindInfo } from '@arethetypeswrong/core/problems'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const resolutions = ['node16-esm', 'bundler']
const out = mkdtempSync(join(tmpdir(), 'regimen-pack-'))
let faulty = 0
try {
  for (const name of readdirSync(join(root, 'packages'))) {
    const faults = await faultsOf(pack(name))
    console.log(`${faults.length === 0 ? 'good' : 'FAULTY'}: @regimen/${name}`)
    for (const fault of faults) console.log(`  ${fault}`)
    if (faults.length > 0) faulty++
  }
} finally {
  rmSync(out, { recursive: true, force: true })
}
process.exitCode = faulty > 0 ? 1 : 0

function pack(name) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  execFileSync('npx', ['--yes', packageManager, 'pack', '--pack-destination', out], {
    cwd: join(root, 'packages', name),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const file = readdirSync(out).find((path) => path.startsWith(`regimen-${name}-0`))
  return new Uint8Array(readFileSync(join(out, file)))
}

async function faultsOf(tarball) {
  const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true })
  const lint = messages.map((message) => formatMessage(message, pkg))
  if (pkg.exports === undefined) return lint
  const analysis = await checkPackage(createPackageFromTarballData(tarball))
  if (!analysis.types) return [...lint, 'it has no types']
  const problems = new Set(
    resolutions.flatMap((resolutionKind) => filterProblems(analysis, { resolutionKind })),
  )
  return [...lint, ...[...problems].map((problem) => explained(problem))]
}

function explained(problem) {
  const { shortDescription } = problemKindInfo[problem.kind]
  return `${shortDescription}: ${JSON.stringify(problem)}`
}
