import { describe, expect, it } from 'vitest'
import { Message } from '../src/message.js'

const hex = (message: Message) => Buffer.from(message.finish()).toString('hex')

describe('a message of Protocol Buffers', () => {
  it.each([
    [0, '0800'],
    [1, '0801'],
    [150, '089601'],
    [2 ** 31 - 1, '08ffffffff07'],
    [2 ** 31, '088080808008'],
    [2 ** 53, '088080808080808010'],
    [-1, '08ffffffffffffffffff01'],
  ])('has the integer %d', (value, expected) => {
    expect(hex(new Message().integer(1, value))).toBe(expected)
  })

  it.each([
    ['an integer in field 16', new Message().integer(16, 1), '800101'],
    ['a double', new Message().double(1, 1.5), '09000000000000f83f'],
    ['NaN', new Message().double(1, Number.NaN), '09000000000000f87f'],
    ['a float', new Message().float(4, -0.5), '25000000bf'],
    ['a float that is too large', new Message().float(4, 1e308), '250000807f'],
    ['a text', new Message().string(2, 'testing'), '120774657374696e67'],
    ['a text in UTF-8', new Message().string(2, 'ü🎲'), '1206c3bcf09f8eb2'],
    ['bytes', new Message().bytes(3, Uint8Array.of(1, 2)), '1a020102'],
    ['a message', new Message().message(3, new Message().integer(1, 150)), '1a03089601'],
  ])('has %s', (_, message, expected) => {
    expect(hex(message)).toBe(expected)
  })

  it('grows to any size', () => {
    const message = new Message()
      .bytes(1, new Uint8Array(300).fill(7))
      .bytes(2, new Uint8Array(70_000))
    expect(message.finish().length).toBe(1 + 2 + 300 + 1 + 3 + 70_000)
    expect(hex(message).slice(0, 8)).toBe('0aac0207')
  })
})
