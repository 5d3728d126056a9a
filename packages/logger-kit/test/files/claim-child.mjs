import { createJiti } from 'jiti'

const jiti = createJiti(import.meta.url, { fsCache: false })
const { confirmClaim } = await jiti.import('@regimen/core/files')
const { claimFolder } = await jiti.import('../../src/files/log-folder.ts')
const parent = process.argv[2]
const versions = []
for (let count = 0; count < 20; count++) {
  const { path, version } = await claimFolder(parent)
  confirmClaim(path)
  versions.push(version)
}
process.send(versions)
