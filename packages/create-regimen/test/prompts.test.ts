import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { createIn, emptyFolder } from './helpers/made.js'

const ENTER = '\r'
const DOWN = '\x1b[B'
const CTRL_C = '\x03'

/** Keys that are typed when a text is on the screen, in order. */
type Script = readonly (readonly [screen: string, ...keys: string[]])[]

/** Runs the command at a terminal where somebody reads and types. */
async function typing(cwd: string, words: readonly string[], script: Script) {
  const input = new PassThrough()
  const waiting = [...script]
  let [screen, unread] = ['', '']
  const output = new Writable({
    write(chunk, _, done) {
      screen += chunk
      unread += chunk
      const [next] = waiting
      if (next && unread.includes(next[0])) {
        waiting.shift()
        unread = ''
        // A question is drawn before it listens.
        setImmediate(() => {
          for (const key of next.slice(1)) input.write(key)
        })
      }
      done()
    },
  })
  const ended = await createIn({ cwd, isInteractive: true, terminal: { input, output } }, ...words)
  return { ...ended, screen, left: waiting }
}

let cwd: string
beforeEach(() => {
  cwd = emptyFolder(tmpdir())
})

const QUESTIONS = [
  'Where to make the project?',
  'What does it train on?',
  'With which model?',
  'Which plugins',
  'Run "npm install" now?',
]
const ANSWERS: Script = [
  ['Where to make the project?', 'flowers', ENTER],
  ['What does it train on?', DOWN, DOWN, ENTER],
  ['With which model?', DOWN, ENTER],
  ['Which plugins', ENTER],
  ['Run "npm install" now?', 'n'],
]

describe('the questions', () => {
  it('are asked for what no flag says, and answered by keys', async () => {
    const { code, left, stdout } = await typing(cwd, [], ANSWERS)
    expect({ code, left }).toEqual({ code: 0, left: [] })
    expect(stdout).toContain('cd flowers\n  npm install\n  npm start')
    const read = (path: string) => readFileSync(join(cwd, 'flowers', path), 'utf8')
    expect(read('src/data.ts')).toContain('text.txt')
    expect(read('src/model.ts')).not.toContain('lstm')
    expect(read('trainer.config.ts')).toMatch(/earlyStopping.*\n/)
  })

  it('are not asked for what flags say', async () => {
    const words = ['app', '--data', 'table', '--plugins', 'none', '--no-install']
    const { code, screen } = await typing(cwd, words, [])
    expect({ code, screen }).toEqual({ code: 0, screen: '' })
  })

  it('are asked again after a name that npm refuses, with a better one', async () => {
    const { code, screen } = await typing(
      cwd,
      ['--data', 'table', '--plugins', 'none'],
      [
        ['Where to make the project?', 'My App', ENTER],
        ['Did you mean "my-app"?', CTRL_C],
      ],
    )
    expect(code).toBe(130)
    expect(screen).toContain('URL-friendly')
    expect(readdirSync(cwd)).toEqual([])
  })

  it.each(QUESTIONS.map((question, index) => [question, index] as const))(
    'end at Ctrl-C: "%s"',
    async (question, index) => {
      const script: Script = [...ANSWERS.slice(0, index), [question, CTRL_C]]
      const { code, stderr, left } = await typing(cwd, [], script)
      expect({ code, stderr, left }).toEqual({
        code: 130,
        stderr: 'Cancelled: nothing was written.\n',
        left: [],
      })
      expect(readdirSync(cwd)).toEqual([])
    },
  )

  it('ask before they write into a folder that is not empty, and "no" is the default', async () => {
    mkdirSync(join(cwd, 'app'))
    writeFileSync(join(cwd, 'app/notes.txt'), 'notes')
    const script: Script = [['is not empty: it has "notes.txt"', ENTER]]
    const { code, left } = await typing(cwd, ['app'], script)
    expect({ code, left }).toEqual({ code: 130, left: [] })
    expect(readdirSync(join(cwd, 'app'))).toEqual(['notes.txt'])
  })
})
