// Packs every package as it would be published and checks the tarballs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packAll } from './packing.mjs'
import { tarballFaults } from './tarball-faults.mjs'

const out = mkdtempSync(join(tmpdir(), 'regimen-pack-'))
try {
  for (const { name, file } of packAll(out)) {
    const faults = await tarballFaults(file)
    console.log(`${faults.length === 0 ? 'good' : 'FAULTY'}: ${name}`)
    for (const fault of faults) console.log(`  ${fault}`)
    if (faults.length > 0) process.exitCode = 1
  }
} finally {
  rmSync(out, { recursive: true, force: true })
}
