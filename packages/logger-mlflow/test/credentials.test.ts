import { expect, it } from 'vitest'
import { credentialsIn, credentialsOf } from '../src/credentials.js'

const HERE = 'http://127.0.0.1:5000'

it.each([
  [{}, HERE],
  [{ MLFLOW_TRACKING_URI: 'https://a.example/x' }, 'https://a.example/x'],
  [{ MLFLOW_TRACKING_URI: 'databricks' }, HERE],
])('keys of the environment %o are for %s', (env, address) => {
  expect(credentialsIn(env).address).toBe(address)
})

it('a user and a password win over a token, and a user alone is none', () => {
  const pair = { username: 'u', password: 'p:q' }
  expect(credentialsOf({ ...pair, token: 't' })).toEqual({
    authorization: 'Basic dTpwOnE=',
    key: 'p:q',
  })
  expect(credentialsOf({ username: 'u', token: 't' })).toEqual({
    authorization: 'Bearer t',
    key: 't',
  })
  expect(credentialsOf({})).toEqual({ authorization: undefined, key: undefined })
})
