import { expect, it } from 'vitest'
import { packageManagers } from '../src/choices.js'
import { commandsOf, packageManagerOf } from '../src/package-manager.js'

it.each([
  ['npm/10.8.2 node/v20.20.2 linux x64 workspaces/false', 'npm'],
  ['pnpm/10.34.9 npm/? node/v20.20.2 linux x64', 'pnpm'],
  ['yarn/4.9.1 npm/? node/v20.20.2 linux x64', 'yarn'],
  ['bun/1.2.0 npm/? node/v22.6.0 linux x64', 'bun'],
  ['deno/2.9.6 npm/? deno/2.9.6 linux x86_64', 'deno'],
  ['cnpm/9.2.0 npm/10.2.0 node/v20.20.2', 'npm'],
  [undefined, 'npm'],
])('%s is %s', (userAgent, name) => {
  expect(packageManagerOf(userAgent)).toBe(name)
})

it('has commands for each', () => {
  expect(Object.keys(commandsOf)).toEqual([...packageManagers])
})
