// What is wrong with a tarball: publint for its manifest, attw for the types as they resolve outside,
// and what neither asks. Packages are ES modules: how `require` and resolvers older than `exports`
// see them is not asked.
import { readFileSync } from 'node:fs'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { filterProblems, problemKindInfo } from '@arethetypeswrong/core/problems'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const resolutions = ['node16-esm', 'bundler']
const required = ['LICENSE', 'README.md', 'package.json']

/** The manifest in the tarball at `file`. */
export function readTarball(file) {
  const contents = createPackageFromTarballData(new Uint8Array(readFileSync(file)))
  return JSON.parse(contents.readFile(`/node_modules/${contents.packageName}/package.json`))
}

/** One sentence for each fault of the tarball at `file`. */
export async function tarballFaults(file) {
  const bytes = new Uint8Array(readFileSync(file))
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true })
  const lint = messages.map((message) => formatMessage(message, pkg, { color: false }))
  const contents = createPackageFromTarballData(bytes)
  const missing = required.filter(
    (name) => !contents.fileExists(`/node_modules/${pkg.name}/${name}`),
  )
  return [
    ...lint,
    ...missing.map((name) => `it has no ${name}`),
    ...unresolvedRanges(pkg),
    ...(pkg.exports === undefined ? [] : await typeFaults(contents)),
  ]
}

/** Ranges that only this workspace understands. */
function unresolvedRanges({ dependencies, optionalDependencies, peerDependencies }) {
  return Object.entries({ ...dependencies, ...optionalDependencies, ...peerDependencies })
    .filter(([, range]) => /^(workspace|catalog|file|link):/.test(range))
    .map(([name, range]) => `the range of "${name}" is "${range}"`)
}

async function typeFaults(contents) {
  const analysis = await checkPackage(contents)
  if (!analysis.types) return ['it has no types']
  const problems = new Set(
    resolutions.flatMap((resolutionKind) => filterProblems(analysis, { resolutionKind })),
  )
  return [...problems].map((problem) => {
    const { shortDescription } = problemKindInfo[problem.kind]
    return `${shortDescription}: ${JSON.stringify(problem)}`
  })
}
