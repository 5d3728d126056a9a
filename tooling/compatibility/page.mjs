// The page `docs/compatibility.md`, made from what was run.

/**
 * The page. A result is `{ installedBy, version, runBy, runtime, fit, compiled }`; the last two are
 * `undefined` where it worked, else the reason. Those of scaffolds are in `scaffolds.mjs`.
 */
export function compatibilityPage(results, scaffolds, { regimen, machine, missing }) {
  const outcomes = [
    ...results.flatMap(({ fit, compiled }) => [fit, compiled]),
    ...scaffolds.flatMap(({ create, start, test }) => [create, start, test]),
  ]
  const reasons = [...new Set(outcomes)].filter(Boolean)
  const cell = (reason) => (reason === undefined ? 'works' : `no (${reasons.indexOf(reason) + 1})`)
  const rows = results.map((one) => {
    const cells = [
      one.installedBy,
      one.version,
      one.runBy,
      one.runtime,
      cell(one.fit),
      cell(one.compiled),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [
    '# Where it runs',
    '',
    'Written by `npm run compatibility`, which publishes every package to a registry on loopback, installs them from',
    'there into empty folders and runs what is below. Nothing in the table was filled in by hand.',
    '',
    `Regimen ${regimen}, ${machine}.`,
    '',
    '| installed by | version | run by | version | `regimen fit` | compiled steps, two threads |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    'A project of `create-regimen`, as made:',
    '',
    '| made, installed and run by | version | create and install | `start` | `test` |',
    '|---|---|---|---|---|',
    ...scaffolds.map(
      ({ name, version, create, start, test }) =>
        `| ${name} | ${version} | ${cell(create)} | ${cell(start)} | ${cell(test)} |`,
    ),
    '',
    ...reasons.map((reason, index) => `${index + 1}. \`${reason}\``),
    ...(reasons.length > 0 ? [''] : []),
    '`regimen fit` trains by a `trainer.config.ts` on the wasm engine until early stopping, which the config names, ends it;',
    'a plugin of a third party is found by its name. Compiled steps are those of `@regimen/plugin-compile`: recorded once,',
    'replayed on two threads (`worker_threads` and shared memory); the process has to end by itself.',
    'The project trains on a table; it is made and run by the same program, and its scripts are run as its README says.',
    ...missing.map(noteOf),
    '',
  ].join('\n')
}

function noteOf(name) {
  return `The registry behind the one on loopback lacked \`${name}\`, which only other systems install: an empty package stood in for it, since Yarn and Deno stop without it.`
}
