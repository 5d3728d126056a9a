import { describe, expect, it } from 'vitest'
import { faultOfAddress, holdsKey, originOf } from '../../src/http/address.js'

describe('the origin of an address', () => {
  it.each([
    ['https://www.comet.com', 'https://www.comet.com'],
    ['https://www.comet.com/', 'https://www.comet.com'],
    ['HTTPS://WWW.Comet.COM/clientlib', 'https://www.comet.com'],
    ['https://www.comet.com:443', 'https://www.comet.com'],
    ['http://host:80/a?b', 'http://host'],
    ['https://host:80', 'https://host:80'],
    ['https://www.comet.com.', 'https://www.comet.com'],
    ['https://www.comet.com.:8443/', 'https://www.comet.com:8443'],
    ['http://[::1]:5000', 'http://[::1]:5000'],
    ['http://[0:0:0:0:0:0:0:1]:5000', 'http://[::1]:5000'],
    ['http://0x7f.1', 'http://127.0.0.1'],
    ['https://b\u00fccher.example', 'https://xn--bcher-kva.example'],
    ['https://good\\@evil', 'https://good'],
  ])('%s is %s', (address, origin) => {
    expect(originOf(address)).toBe(origin)
  })

  it.each([
    ['https://www.comet.com', 'http://www.comet.com'],
    ['https://www.comet.com', 'https://www.comet.com:8443'],
    ['https://www.comet.com', 'https://www.comet.com.evil.example'],
    ['https://www.comet.com', 'https://comet.com'],
    ['http://127.0.0.1:1', 'http://localhost:1'],
  ])('%s is another place than %s', (one, other) => {
    expect(originOf(one)).not.toBe(originOf(other))
  })

  it.each([
    ['/api', 'relative'],
    ['//host', 'relative'],
    ['', 'relative'],
    [undefined, 'relative'],
    [7, 'relative'],
    ['localhost:80', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['data:text/plain,a', 'scheme'],
    ['javascript:1', 'scheme'],
    ['http://a@b', 'userinfo'],
    ['http://a:b@c', 'userinfo'],
    ['https://www.comet.com@evil', 'userinfo'],
  ])('of %s is none: %s', (address, fault) => {
    expect(faultOfAddress(address)).toBe(fault)
    expect(() => originOf(address)).toThrow('nothing is sent there')
  })

  it.each([
    ['http://a/?api_key=1', true],
    ['http://a/?x=1&Token=1', true],
    ['postgres://u:p@h/db', true],
    ['http://a/?keyboard=1', false],
    ['u:p@h', false],
    ['a text', false],
  ])('%s holds a key: %s', (text, expected) => {
    expect(holdsKey(text)).toBe(expected)
  })
})
