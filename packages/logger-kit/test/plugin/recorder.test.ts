import { expect, it } from 'vitest'
import { Redactor } from '../../src/http/redactor.js'
import { Recorder } from '../../src/plugin/recorder.js'
import { Unpacker } from '../../src/record/packet.js'

const at = { stage: 'fit', epoch: 0, step: 0, batch: 0, samples: 1, time: 1 } as const
const recorder = () => new Recorder({ redactor: new Redactor([]), files: '/nowhere', seq: 1 })
const taken = (one: Recorder) => new Unpacker().unpack(one.take()) as Record<string, unknown>[]

it('takes names of every kind in characters that print, each name as another', async () => {
  const one = recorder()
  const values = { 'a\u001b[31m': 1, 'b\nc': 2, 'b\\nc': 3 }
  one.metrics({ ...at, kind: 'metrics', source: 'train', interval: 'step', values })
  await one.other({ ...at, kind: 'text', name: '\u202egpj.exe', text: 'as\nit is' })
  await one.other({ ...at, kind: 'hyperparameters', values: { 'x\u0007': 'a\tb' } })
  expect(taken(one)).toMatchObject([
    { names: ['a\\x1b[31m', 'b\\nc', 'b\\\\nc'] },
    { name: '\\u202egpj.exe', text: 'as\nit is' },
    { names: ['x\\x07'], values: ['a\tb'] },
  ])
})

it('logs addresses without the passwords and keys in them', async () => {
  const one = recorder()
  const values = { data: 'https://me:pw@host/x?api_key=k&part=1', url: new URL('ftp://u:p@h/') }
  await one.other({ ...at, kind: 'hyperparameters', values: values as never })
  await one.other({ ...at, kind: 'text', name: 'note', text: 'from http://u:p@h' })
  expect(taken(one)).toMatchObject([
    { values: ['https://***@host/x?api_key=***&part=1', 'ftp://***@h/'] },
    { text: 'from http://***@h' },
  ])
})
