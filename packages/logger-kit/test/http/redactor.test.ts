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
])('%s', (text, safe) => {
  expect(redactor.all(text)).toBe(safe)
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
