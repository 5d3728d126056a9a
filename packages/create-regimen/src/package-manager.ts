import { type PackageManager, packageManagers } from './choices.js'

/** How a package manager is told to do things. */
export interface Commands {
  readonly install: string
  readonly start: string
  readonly test: string
  /** In front of the name of a script. */
  readonly script: string
  /** In front of the command line of an installed package: `npx`. */
  readonly run: string
}

/** The commands of each. */
export const commandsOf: Readonly<Record<PackageManager, Commands>> = {
  npm: {
    install: 'npm install',
    start: 'npm start',
    test: 'npm test',
    script: 'npm run',
    run: 'npx',
  },
  pnpm: {
    install: 'pnpm install',
    start: 'pnpm start',
    test: 'pnpm test',
    script: 'pnpm run',
    run: 'pnpm',
  },
  yarn: {
    install: 'yarn install',
    start: 'yarn start',
    test: 'yarn test',
    script: 'yarn run',
    run: 'yarn',
  },
  bun: {
    install: 'bun install',
    start: 'bun run start',
    test: 'bun run test',
    script: 'bun run',
    run: 'bunx',
  },
  deno: {
    install: 'deno install',
    start: 'deno task start',
    test: 'deno task test',
    script: 'deno task',
    run: 'deno task',
  },
}

/** The one that started this process, as it says in `npm_config_user_agent`. */
export function packageManagerOf(userAgent = ''): PackageManager {
  return packageManagers.find((name) => userAgent.startsWith(`${name}/`)) ?? 'npm'
}

/** Files that a package manager needs in a project. */
export function filesFor(
  packageManager: PackageManager,
): Readonly<Record<string, string>> {
  // Without them pnpm warns of packages that want to run a script, and yarn leaves out node_modules.
  if (packageManager === 'pnpm')
    return {
      'pnpm-workspace.yaml': 'ignoredBuiltDependencies:\n  - core-js\n  - esbuild\n',
    }
  return packageManager === 'yarn' ? { '.yarnrc.yml': 'nodeLinker: node-modules\n' } : {}
}
