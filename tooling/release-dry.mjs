// Everything of a release but the publishing: builds, checks manifests, changesets and tarballs, asks
// npm to publish each one without doing so, and prints what would be published. Needs no network.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manifestFaults } from './manifests.mjs'
import { nextRelease, releaseFaults } from './next-release.mjs'
import { packAll } from './packing.mjs'
import { publishDry } from './publish-dry.mjs'

const setup = fileURLToPath(new URL('setup.mjs', import.meta.url))
execFileSync(process.execPath, [setup, '--types'], { stdio: 'inherit' })

const { publishReport } = await import('./publish-report.mjs')
const { readTarball, tarballFaults } = await import('./tarball-faults.mjs')
const out = mkdtempSync(join(tmpdir(), 'regimen-release-'))
try {
  const waiting = packAll(out)
  const packages = []
  while (waiting.length > 0) {
    packages.push(...(await Promise.all(waiting.splice(0, availableParallelism()).map(inspect))))
  }
  const faultsOfAll = releaseFaults(await nextRelease())
  console.log(publishReport(packages, faultsOfAll).join('\n'))
  const isReady = faultsOfAll.length === 0 && packages.every(({ faults }) => faults.length === 0)
  process.exitCode = isReady ? 0 : 1
} finally {
  rmSync(out, { recursive: true, force: true })
}

async function inspect({ name, folder, manifest, file }) {
  const { peerDependencies = {}, peerDependenciesMeta = {}, version } = readTarball(file)
  const dry = await publishDry(file)
  return {
    ...dry,
    name,
    version,
    peers: peerDependencies,
    optionalPeers: Object.keys(peerDependenciesMeta).filter(
      (one) => peerDependenciesMeta[one].optional,
    ),
    faults: [
      ...manifestFaults({ folder, manifest }),
      ...(await tarballFaults(file)),
      ...dry.faults,
    ],
  }
}
