import { createJiti } from 'jiti'

const jiti = createJiti(import.meta.url, { fsCache: false })
const { claimFolder } = await jiti.import('../../src/files/log-folder.ts')
const parent = process.argv[2]
const versions = []
for (let count = 0; count < 20; count++) versions.push((await claimFolder(parent)).version)
process.send(versions)
