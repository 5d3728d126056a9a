import { expect, it } from 'vitest'
import { artifactRoot } from '../src/artifacts.js'

const SERVER = 'http://127.0.0.1:5000/base'

it.each([
  ['mlflow-artifacts:/1/abc/artifacts', '1/abc/artifacts'],
  ['mlflow-artifacts:/1/abc/artifacts/', '1/abc/artifacts'],
  ['mlflow-artifacts://127.0.0.1:5000/1/abc/artifacts', '1/abc/artifacts'],
])('artifacts at %s are behind the server', (uri, path) => {
  expect(artifactRoot(uri, SERVER)).toEqual({ isProxied: true, path })
})

it.each([
  ['s3://bucket/1/abc/artifacts', 'in "s3" of'],
  ['/srv/mlruns/1/abc/artifacts', 'in a folder of'],
  ['mlflow-artifacts://elsewhere/1/abc/artifacts', 'at elsewhere'],
  ['', 'in a folder of'],
])('artifacts at %s are not, which is said', (uri, text) => {
  expect(artifactRoot(uri, SERVER)).toEqual({
    isProxied: false,
    reason: expect.stringContaining(text),
  })
})
