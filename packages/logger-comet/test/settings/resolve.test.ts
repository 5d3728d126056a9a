import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CometOptions } from '../../src/options.js'
import { resolveSettings } from '../../src/settings/resolve.js'
import { findApiKey } from '../../src/settings/sources.js'
import { temporaryFolder } from '../helpers/folder.js'

interface Place {
  readonly env?: Record<string, string>
  /** Files of the working folder and of the home folder. */
  readonly cwd?: Record<string, string>
  readonly home?: Record<string, string>
}

const keyed = (key: string) => `[comet]\napi_key=${key}\nworkspace=${key}-team\n`

function around({ env = {}, cwd = {}, home = {} }: Place = {}) {
  return {
    env,
    cwd: temporaryFolder(cwd),
    home: temporaryFolder(home),
    argv: ['node', '/x/train.js'],
  }
}

const KEY = { COMET_API_KEY: 'key' }

describe('where the API key comes from', () => {
  const all = {
    env: { COMET_API_KEY: 'env' },
    cwd: { '.env': 'COMET_API_KEY=dotenv', '.comet.config': keyed('here') },
    home: { '.comet.config': keyed('home') },
  }
  it.each<[string, CometOptions, Place]>([
    ['option', { apiKey: 'option' }, all],
    ['env', {}, all],
    ['dotenv', {}, { ...all, env: {} }],
    ['here', {}, { cwd: { '.comet.config': keyed('here') }, home: all.home }],
    ['home', {}, { home: all.home }],
    ['here', {}, { env: { COMET_API_KEY: '' }, cwd: { '.comet.config': keyed('here') } }],
  ])('%s', (expected, options, place) => {
    const surroundings = around(place)
    expect(resolveSettings(options, surroundings).apiKey).toBe(expected)
    if (!options.apiKey) expect(findApiKey(surroundings).apiKey).toBe(expected)
  })

  it.each<[string, Place, string]>([
    ['Comet’s own', { env: KEY }, 'https://www.comet.com'],
    [
      'what the environment names',
      { env: { ...KEY, COMET_URL_OVERRIDE: 'https://own/clientlib/' } },
      'https://own',
    ],
    [
      'what stands beside it in its file',
      { home: { '.comet.config': `${keyed('home')}\nurl_override=https://own\n` } },
      'https://own',
    ],
    [
      'not what another file names, which may have been downloaded',
      { env: KEY, cwd: { '.env': 'COMET_URL_OVERRIDE=http://evil' } },
      'https://www.comet.com',
    ],
    [
      'not what a stronger file names',
      {
        cwd: { '.comet.config': '[comet]\nurl_override=http://evil\n' },
        home: { '.comet.config': keyed('home') },
      },
      'https://www.comet.com',
    ],
  ])('the address that a key is for is %s', (_, place, expected) => {
    expect(findApiKey(around(place)).url).toBe(expected)
  })

  it.each([
    ['COMET_CONFIG', 'a.ini'],
    ['COMET_CONFIG', 'folder'],
    ['COMET_INI', 'a.ini'],
  ])('the file or folder that %s names, %s, comes before the others', (variable, name) => {
    const named = temporaryFolder({
      'a.ini': keyed('named'),
      'folder/.comet.config': keyed('named'),
    })
    const place = around({
      env: { [variable]: join(named, name) },
      cwd: { '.comet.config': keyed('here') },
    })
    const { apiKey, settings } = resolveSettings({}, place)
    expect([apiKey, settings.workspace]).toEqual(['named', 'named-team'])
  })

  it('is missing: the error names the three places, the files and the way without', () => {
    const place = around()
    const home = join(place.home, '.comet.config')
    const reason = messageOf(() => resolveSettings({}, place))
    expect(reason).toMatch(
      /^REG_OPTION_INVALID: cometLogger: "apiKey" is missing; expected a Comet API key/,
    )
    for (const part of ['option apiKey', 'COMET_API_KEY', '"api_key=..."', home, 'offline: true']) {
      expect(reason).toContain(part)
    }
    expect(reason).toContain(join(place.cwd, '.comet.config'))
  })

  it('is not needed when offline', () => {
    const keys = [{}, KEY].map((env) => resolveSettings({ offline: true }, around({ env })).apiKey)
    expect(keys).toEqual([undefined, 'key'])
  })

  it('cannot hold a line break, and is not shown where it does', () => {
    const reason = messageOf(() =>
      resolveSettings({}, around({ env: { COMET_API_KEY: 'marker\nkey' } })),
    )
    expect(reason).toMatch(/"COMET_API_KEY" is not usable .*expected a key without spaces/)
    expect(reason).not.toContain('marker')
  })
})

describe('the other settings', () => {
  it('have defaults', () => {
    const place = around({ env: KEY })
    expect(resolveSettings({}, place).settings).toEqual({
      projectName: 'general',
      mode: 'get_or_create',
      api: 'rest',
      offline: false,
      offlineDir: join(place.cwd, '.cometml-runs'),
      url: 'https://www.comet.com',
      tags: [],
      logGit: true,
      logEnvironment: true,
      logSystemMetrics: true,
      limits: { metrics: 12_000, parameters: 10_000, other: 8_000 },
      script: '/x/train.js',
    })
  })

  it.each([
    [undefined, '/x/train.js', '/x/train.js'],
    [true, '/x/node_modules/vitest/run.js', undefined],
    [false, '/x/train.js', undefined],
    ['/y/config.ts', '/x/train.js', '/y/config.ts'],
  ])('logCode %j, running %s: the code is %s', (logCode, running, expected) => {
    const place = { ...around({ env: KEY }), argv: ['node', running] }
    const { settings } = resolveSettings({ ...(logCode !== undefined && { logCode }) }, place)
    expect(settings.script).toBe(expected)
  })

  it.each<[Record<string, string>, Partial<CometOptions>]>([
    [{ COMET_WORKSPACE: 'team' }, { workspace: 'team' }],
    [{ COMET_PROJECT_NAME: 'mnist' }, { projectName: 'mnist' }],
    [{ COMET_EXPERIMENT_KEY: 'a'.repeat(32) }, { experimentKey: 'a'.repeat(32) }],
    [{ COMET_EXPERIMENT_NAME: 'first' }, { experimentName: 'first' }],
    [{ COMET_START_EXPERIMENT_NAME: 'first' }, { experimentName: 'first' }],
    [{ COMET_START_EXPERIMENT_TAGS: 'a, b,' }, { tags: ['a', 'b'] }],
    [{ COMET_START_ONLINE: 'false' }, { offline: true }],
    [{ COMET_START_ONLINE: 'True' }, { offline: false }],
    [{ COMET_OFFLINE: '1' }, { offline: true }],
    [{ COMET_OFFLINE_DIRECTORY: '/runs' }, { offlineDir: '/runs' }],
    [{ COMET_URL_OVERRIDE: 'http://comet.local/clientlib/' }, { url: 'http://comet.local' }],
    [{ COMET_URL_OVERRIDE: 'http://comet.local/sub/clientlib' }, { url: 'http://comet.local/sub' }],
    [{ COMET_URL_OVERRIDE: 'http://comet.local/' }, { url: 'http://comet.local' }],
  ])('%j', (env, expected) => {
    const { settings } = resolveSettings({}, around({ env: { ...KEY, ...env } }))
    expect(settings).toMatchObject(expected)
  })

  it('are taken from options before anything else', () => {
    const env = { ...KEY, COMET_PROJECT_NAME: 'other', COMET_OFFLINE: 'true' }
    const { settings } = resolveSettings({ projectName: 'mine', offline: false }, around({ env }))
    expect(settings).toMatchObject({ projectName: 'mine', offline: false })
  })

  it.each<[CometOptions, Record<string, string>, RegExp]>([
    [{ mode: 'get' }, {}, /"experimentKey" is missing; .*mode "get"/],
    [
      { mode: 'create', experimentKey: 'a'.repeat(32) },
      {},
      /Comet chooses the key.*take api: "sdk" or offline: true/,
    ],
    [
      {},
      { COMET_START_MODE: 'make' },
      /"COMET_START_MODE" is "make"; expected "get_or_create", .* or /,
    ],
    [{}, { COMET_EXPERIMENT_KEY: 'short' }, /"COMET_EXPERIMENT_KEY" is "short"; expected 32 to 50/],
    [{}, { COMET_URL_OVERRIDE: 'comet.local' }, /"COMET_URL_OVERRIDE" is .*; expected an address/],
    [{}, { COMET_PROJECT_NAME: 'p'.repeat(100) }, /at most 99 characters/],
  ])('%j with %j cannot be used', (options, env, expected) => {
    const place = around({ env: { ...KEY, ...env } })
    expect(messageOf(() => resolveSettings(options, place))).toMatch(expected)
  })
})

function messageOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return String((error as Error).message)
  }
  throw new Error('nothing was thrown')
}
