import { describe, expect, it } from 'vitest'
import { mlflowLogger } from '../src/index.js'
import { resolveSettings } from '../src/settings.js'

const HERE = 'http://127.0.0.1:5000'
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

describe('settings', () => {
  it.each([
    [{ trackingUri: `${HERE}/` }, {}, { url: HERE }],
    [{}, { MLFLOW_TRACKING_URI: `${HERE}/base` }, { url: `${HERE}/base` }],
    [{ trackingUri: HERE }, { MLFLOW_EXPERIMENT_NAME: 'a' }, { url: HERE, experimentName: 'a' }],
    [
      { trackingUri: HERE, experimentName: 'b' },
      { MLFLOW_EXPERIMENT_ID: '7' },
      { url: HERE, experimentName: 'b' },
    ],
    [
      { trackingUri: HERE },
      { MLFLOW_TRACKING_URI: `${HERE}/other`, MLFLOW_EXPERIMENT_ID: '7' },
      { url: HERE, experimentId: '7' },
    ],
    [
      { trackingUri: HERE, experimentId: '3' },
      { MLFLOW_EXPERIMENT_NAME: 'a', MLFLOW_RUN_ID: 'a1' },
      { url: HERE, experimentId: '3' },
    ],
    [
      { trackingUri: HERE, runId: 'b2' },
      { MLFLOW_RUN_ID: 'a1', MLFLOW_EXPERIMENT_ID: '7' },
      { url: HERE, runId: 'b2' },
    ],
    [{ trackingUri: HERE }, { MLFLOW_RUN_ID: 'a1' }, { url: HERE, runId: 'a1' }],
  ])('%o with the environment %o', (given, env, settings) => {
    const quiet = { logSource: false }
    const found = resolveSettings({ ...given, ...quiet }, env).settings
    expect(found).toEqual({ ...settings, ...quiet })
  })

  it.each([
    [{}, {}, undefined],
    [{ token: 't' }, {}, 'Bearer t'],
    [{ token: 't' }, { MLFLOW_TRACKING_TOKEN: 'u' }, 'Bearer t'],
    [{ username: 'v', password: 'q' }, { MLFLOW_TRACKING_PASSWORD: 'p' }, basic('v:q')],
    [{}, { MLFLOW_TRACKING_TOKEN: 't' }, 'Bearer t'],
    [{ username: 'u', password: 'p' }, { MLFLOW_TRACKING_TOKEN: 't' }, basic('u:p')],
    [{ token: 't' }, { MLFLOW_TRACKING_USERNAME: 'u', MLFLOW_TRACKING_PASSWORD: 'p' }, 'Bearer t'],
    [
      {},
      { MLFLOW_TRACKING_TOKEN: 't', MLFLOW_TRACKING_USERNAME: 'u', MLFLOW_TRACKING_PASSWORD: 'p' },
      basic('u:p'),
    ],
    [
      { username: 'v' },
      { MLFLOW_TRACKING_USERNAME: 'u', MLFLOW_TRACKING_PASSWORD: 'p' },
      basic('v:p'),
    ],
  ])('keys %o with the environment %o', (given, env, header) => {
    const { secrets } = resolveSettings({ trackingUri: HERE, ...given }, env)
    expect(secrets.authorization).toBe(header)
  })

  it('the script is said unless that is switched off', () => {
    const found = (logSource?: boolean) =>
      resolveSettings(
        { trackingUri: HERE, ...(logSource !== undefined && { logSource }) },
        {},
        'a.js',
      )
    expect(found().settings.script).toBe('a.js')
    expect(found(false).settings.script).toBeUndefined()
  })

  it.each([
    [{}, {}, /"trackingUri" is missing.*mlflow server/],
    [
      {},
      { MLFLOW_TRACKING_URI: 'sqlite:///mlflow.db' },
      /"MLFLOW_TRACKING_URI".*address of an MLflow server/,
    ],
    [{ trackingUri: HERE, username: 'u' }, {}, /"password" is missing.*username and password/],
    [{ trackingUri: HERE }, { MLFLOW_TRACKING_PASSWORD: 'p' }, /"username" is missing/],
  ])('%o with the environment %o is refused', (given, env, text) => {
    expect(() => resolveSettings(given, env)).toThrow(text)
  })
})

describe('options', () => {
  it.each([
    [
      { trackingUri: 'http://me:secret-password@host' },
      /"trackingUri" is .*without user, password/,
    ],
    [{ trackingUri: 'databricks' }, /"trackingUri"/],
    [{ tags: { 'a@b': 'x' } }, /"tags"/],
    [{ tags: { a: 1 } }, /"tags"/],
    [{ tags: { a: 'x'.repeat(5001) } }, /"tags"/],
    [{ runId: '../a' }, /"runId"/],
    [{ experimentName: ' ' }, /"experimentName"/],
    [{ token: 'a b' }, /"token".*without spaces/],
    [{ experiment: 'a' }, /"experiment".*did you mean "experimentName"|experimentName/i],
  ])('%o are refused, and no key is shown', (given, text) => {
    const make = () => mlflowLogger({ trackingUri: HERE, ...(given as object) })
    expect(make).toThrow(text)
    expect(make).not.toThrow('secret-password')
    expect(make).not.toThrow('a b')
  })
})
