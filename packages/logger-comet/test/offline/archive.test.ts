import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Archive, finishAllAbandoned, OWNER } from '../../src/offline/archive.js'
import { archiveOfAllKinds, at, EXPERIMENT, entry, KEY, metric } from '../helpers/archives.js'
import { temporaryFolder } from '../helpers/folder.js'
import { readArchive } from '../helpers/read-archive.js'

describe('an offline archive', () => {
  it('holds all kinds of records in the form of Comet', async () => {
    const folder = temporaryFolder()
    const path = await archiveOfAllKinds(folder)
    expect(path).toBe(join(folder, `${KEY}.zip`))
    const { experiment, messages, contents } = readArchive(path)
    expect(experiment).toEqual({ ...EXPERIMENT, stop_time: 2000 })
    expect(messages.map(({ type }) => type)).toEqual([
      'metric_msg',
      'metric_msg',
      'parameter_msg',
      'graph',
      'html',
      'file_upload',
      'file_upload',
      'file_upload',
      'file_upload',
      'log_other',
    ])
    expect(messages[0]?.payload).toEqual({
      context: 'train',
      local_timestamp: 1500,
      metric: { metricName: 'loss', metricValue: 0.5, step: 7, epoch: 2 },
    })
    expect(messages[1]?.payload).toMatchObject({ metric: { metricValue: 'NaN' } })
    expect(messages[2]?.payload).toEqual({
      local_timestamp: 1500,
      param: { paramName: 'optimizer/rate', paramValue: '0.1', step: 7, source: 'manual' },
    })
    expect(messages.at(-2)?.payload).toMatchObject({
      upload_type: 'model-element',
      additional_params: {
        assetId: expect.stringMatching(/^\d{32}$/),
        fileName: 'model.bin',
        extension: 'bin',
        groupingName: 'checkpoint',
        runId: null,
      },
    })
    const texts = Object.values(contents).map((hex) => Buffer.from(hex, 'hex').toString())
    expect(texts.sort()).toEqual(['plain', 'png', 'weights'])
  })

  it('leaves nothing beside it, and may be read only by its owner', async () => {
    const folder = temporaryFolder()
    const archive = await Archive.begin(folder, EXPERIMENT)
    const [partial = ''] = readdirSync(folder)
    expect(statSync(join(folder, partial)).mode & 0o777).toBe(0o700)
    const path = await archive.finish({})
    expect(readdirSync(folder)).toEqual([`${KEY}.zip`])
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('has a name of its own where the experiment has one already', async () => {
    const folder = temporaryFolder({ [`${KEY}.zip`]: 'the first' })
    const path = await (await Archive.begin(folder, EXPERIMENT)).finish({})
    expect(path).toMatch(new RegExp(`${KEY}-[0-9a-f]{8}\\.zip$`))
    expect(readdirSync(folder)).toHaveLength(2)
    readArchive(path)
  })

  it('packs files that are larger than a piece, byte for byte', async () => {
    const folder = temporaryFolder()
    const bytes = Buffer.alloc(3 * 2 ** 20 + 7, 'regimen ')
    writeFileSync(join(folder, 'large'), bytes)
    const archive = await Archive.begin(folder, EXPERIMENT)
    const stored = { file: join(folder, 'large'), size: bytes.length, sha256: '' }
    const artifact = { kind: 'artifact', name: 'large', type: 'data', metadata: {} } as const
    await archive.append([entry({ ...at, ...stored, ...artifact })])
    const { contents } = readArchive(await archive.finish({}))
    expect(Object.values(contents)).toEqual([bytes.toString('hex')])
  })
})

describe('a run that was killed', () => {
  const dead = () => spawnSync(process.execPath, ['-e', '']).pid
  const partial = (owner: object) => {
    const lines = [1, 2].map((value) => JSON.stringify(entry(metric(value)).message))
    const folder = `${KEY}-12345678.partial`
    return temporaryFolder({
      [`${folder}/${OWNER}`]: JSON.stringify(owner),
      [`${folder}/experiment.json`]: JSON.stringify(EXPERIMENT),
      [`${folder}/messages.json`]: [...lines, '{"type":"metric_ms'].join('\n'),
    })
  }

  it('leaves a folder from which the next one makes the archive, without the torn line', async () => {
    const parent = partial({ pid: dead(), host: hostname() })
    const made = await finishAllAbandoned(parent)
    expect(made).toEqual([join(parent, `${KEY}.zip`)])
    const { messages, experiment } = readArchive(made[0] ?? '')
    expect(messages).toHaveLength(2)
    expect(experiment.stop_time).toBe(1500)
    expect(readdirSync(parent)).toEqual([`${KEY}.zip`])
  })

  it('that had made its archive already is only tidied up', async () => {
    const parent = partial({ pid: dead(), host: hostname() })
    const target = join(parent, `${KEY}.zip`)
    writeFileSync(target, 'complete')
    writeFileSync(join(parent, `${KEY}-12345678.partial`, '.target'), target)
    expect(await finishAllAbandoned(parent)).toEqual([target])
    expect(readdirSync(parent)).toEqual([`${KEY}.zip`])
    expect(readFileSync(target, 'utf8')).toBe('complete')
  })

  it.each([
    ['it still runs', { pid: process.pid, host: hostname() }],
    ['it ran on another machine', { pid: 1, host: 'elsewhere' }],
    ['nobody knows whose it is', {}],
  ])('is left alone where %s', async (_, owner) => {
    const parent = partial(owner)
    expect(await finishAllAbandoned(parent)).toEqual([])
    expect(readdirSync(parent)[0]).toMatch(/\.partial$/)
  })

  it.each(['messages.json', '.target', 'experiment.json', OWNER, '1.png'])(
    'is left alone, and nothing outside changes, where %s is a link',
    async (name) => {
      const parent = partial({ pid: dead(), host: hostname() })
      const precious = join(temporaryFolder({ precious: '{"stop_time":1}\nand more' }), 'precious')
      const path = join(parent, `${KEY}-12345678.partial`, name)
      rmSync(path, { force: true })
      symlinkSync(precious, path)
      const left: string[] = []
      expect(await finishAllAbandoned(parent, (_, reason) => left.push(reason))).toEqual([])
      expect(left).toEqual([`"${name}" in it is no file`])
      expect(readFileSync(precious, 'utf8')).toBe('{"stop_time":1}\nand more')
      expect(readdirSync(parent)).toEqual([`${KEY}-12345678.partial`])
    },
  )

  it.runIf(process.platform !== 'win32')('is left alone where it holds a pipe', async () => {
    const parent = partial({ pid: dead(), host: hostname() })
    execFileSync('mkfifo', [join(parent, `${KEY}-12345678.partial`, '1.png')])
    expect(await finishAllAbandoned(parent)).toEqual([])
  })

  it('is left alone where it is a link to a folder', async () => {
    const [elsewhere, parent] = [partial({ pid: dead(), host: hostname() }), temporaryFolder()]
    const name = `${KEY}-12345678.partial`
    symlinkSync(join(elsewhere, name), join(parent, name))
    expect(await finishAllAbandoned(parent)).toEqual([])
    expect(readdirSync(elsewhere)).toEqual([name])
  })

  it('that is damaged keeps none of the others from its archive', async () => {
    const parent = partial({ pid: dead(), host: hostname() })
    const holder = readFileSync(join(parent, `${KEY}-12345678.partial`, OWNER))
    const bad = join(parent, `${'0'.repeat(32)}-1.partial`)
    mkdirSync(bad)
    writeFileSync(join(bad, OWNER), holder)
    writeFileSync(join(bad, 'experiment.json'), 'null')
    const left: string[] = []
    const made = await finishAllAbandoned(parent, (folder) => left.push(folder))
    expect([made, left]).toEqual([[join(parent, `${KEY}.zip`)], [bad]])
  })

  it('is no concern where there is no folder', async () => {
    expect(await finishAllAbandoned(join(temporaryFolder(), 'none'))).toEqual([])
  })
})
