import '@tensorflow/tfjs-backend-cpu'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { training } from '@regimen/logger-kit/testing/training'
import { describe, expect, it } from 'vitest'
import { ask, pythonWith } from '../../../../tooling/oracle-python.js'
import { cometLogger } from '../../src/index.js'
import { Archive } from '../../src/offline/archive.js'
import { archiveOfAllKinds, at, EXPERIMENT, entry } from '../helpers/archives.js'
import { temporaryFolder } from '../helpers/folder.js'
import { type ArchiveContents, readArchive } from '../helpers/read-archive.js'

const python = pythonWith('zipfile')
const checker = join(import.meta.dirname, 'check_offline.py')
const askPython = (path: string) => ask<ArchiveContents>(python, checker, path)

describe.skipIf(!python)('what the tests read in an archive, Python reads too:', () => {
  it('all kinds of records', async () => {
    const path = await archiveOfAllKinds(temporaryFolder())
    const found = await askPython(path)
    expect(found.messages).toHaveLength(10)
    expect(found).toEqual(readArchive(path))
  })

  it('files that are larger than a piece', async () => {
    const folder = temporaryFolder()
    const bytes = Buffer.alloc(3 * 2 ** 20 + 7, 'regimen ')
    writeFileSync(join(folder, 'large'), bytes)
    const archive = await Archive.begin(folder, EXPERIMENT)
    const stored = { file: join(folder, 'large'), size: bytes.length, sha256: '' }
    const artifact = { kind: 'artifact', name: 'large', type: 'data', metadata: {} } as const
    await archive.append([entry({ ...at, ...stored, ...artifact })])
    const { contents } = await askPython(await archive.finish({}))
    expect(Object.values(contents)).toEqual([bytes.toString('hex')])
  })

  it('a whole run', async () => {
    const offlineDir = temporaryFolder()
    const options = { offline: true, offlineDir, logGit: true, thread: false } as const
    await training({ plugins: [cometLogger(options)], steps: 5, rootDir: offlineDir }).fit()
    const [zip = ''] = readdirSync(offlineDir).filter((name) => name.endsWith('.zip'))
    const path = join(offlineDir, zip)
    expect(await askPython(path)).toEqual(readArchive(path))
  })
})
