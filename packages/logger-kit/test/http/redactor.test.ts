import { expect, it } from 'vitest'
import { Redactor, secretsAround } from '../../src/http/redactor.js'
import { Secret } from '../../src/writer/secret.js'

const key = 'abc/def+"ghi"=jkl-9876'
const redactor = new Redactor([new Secret(key), new Secret('')])

it.each([
  [`key ${key} and ${key}`, 'key ***9876 and ***9876'],
  [`?k=${encodeURIComponent(key)}&a=1`, '?k=***9876&a=1'],
  [JSON.stringify({ k: key }), '{"k":"***9876"}'],
  ['GET /x?apiKey=s3cr3t&a=1', 'GET /x?apiKey=***&a=1'],
  ['{"apiKey": "s3cr3t", "a": 1}', '{"apiKey": "***", "a": 1}'],
  ['Authorization: Bearer s3cr3t, x', 'Authorization: ***, x'],
  ['Comet-Sdk-Api: s3cr3t', 'Comet-Sdk-Api: ***'],
  ['nothing to hide', 'nothing to hide'],
  ['to http://user:pw@host/x and https://u@b@c/', 'to http://***@host/x and https://***@c/'],
  ['postgres://me:p:w@db:5/x', 'postgres://***@db:5/x'],
  ['GET /x?a=1&sig=abc#f', 'GET /x?a=1&sig=***#f'],
  ['mail me@host.com, http://host/@me', 'mail me@host.com, http://host/@me'],
])('%s', (text, safe) => {
  expect(redactor.all(text)).toBe(safe)
})

it('takes passwords and keys out of addresses that are logged, and leaves other words', () => {
  const text = 'password=mine http://u:pw@h/?token=t&a=1'
  expect(redactor.logged(text)).toBe('password=mine http://***@h/?token=***&a=1')
})

it('takes only known secrets out of what a user has written', () => {
  expect(redactor.known(`password=mine ${key}`)).toBe('password=mine ***9876')
})

it('finds the keys in the environment by their names, where they are long enough to be keys', () => {
  const environment = {
    COMET_API_KEY: 'a-key-of-a-service',
    HF_TOKEN: 'a-token-of-another',
    SECRET: 'development',
    PATH: '/usr/bin:/usr/local/bin',
    TOKENIZERS_PARALLELISM: 'false-but-quite-long',
    GITHUB_TOKEN: undefined,
  }
  expect(Object.keys(secretsAround(environment))).toEqual(['COMET_API_KEY', 'HF_TOKEN'])
})
