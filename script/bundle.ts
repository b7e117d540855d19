/** Bundles the entries from build/ (made by tsc) into dist/ with ncc: what the runner starts. */
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'

const ENTRIES = ['main', 'post', 'plan', 'report']

rmSync('dist', { recursive: true, force: true })
for (const entry of ENTRIES)
  execFileSync(
    'ncc',
    [
      'build',
      `build/${entry}.js`,
      '--out',
      `dist/${entry}`,
      '--minify',
      '--license',
      'licenses.txt',
      '--quiet',
    ],
    {
      stdio: 'inherit',
    },
  )
for (const entry of readdirSync('dist')) writeFileSync(`dist/${entry}/package.json`, '{ "type": "module" }\n')
