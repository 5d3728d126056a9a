import { type PackageManager, packageManagers } from './choices.js'

/** How a package manager is told to do things. */
export interface Commands {
  readonly install: string
  readonly start: string
  readonly test: string
  /** In front of the name of a script. */
  readonly script: string
  /** The command line of Regimen. */
  readonly regimen: string
}

/** The commands of each. */
export const commandsOf: Readonly<Record<PackageManager, Commands>> = {
  npm: {
    install: 'npm install',
    start: 'npm start',
    test: 'npm test',
    script: 'npm run',
    regimen: 'npx regimen',
  },
  pnpm: {
    install: 'pnpm install',
    start: 'pnpm start',
    test: 'pnpm test',
    script: 'pnpm run',
    regimen: 'pnpm regimen',
  },
  yarn: {
    install: 'yarn install',
    start: 'yarn start',
    test: 'yarn test',
    script: 'yarn run',
    regimen: 'yarn regimen',
  },
  bun: {
    install: 'bun install',
    start: 'bun run start',
    test: 'bun run test',
    script: 'bun run',
    regimen: 'bunx regimen',
  },
  deno: {
    install: 'deno install',
    start: 'deno task start',
    test: 'deno task test',
    script: 'deno task',
    regimen: 'deno run -A npm:@regimen/cli/regimen',
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
