import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { INSIDE } from '../../../src/container/options/capabilities.ts'
import { ERROR_CODES } from '../../../src/errors.ts'
import { readToolchainsFile } from '../../../src/image/toolchains-file.ts'
import { readPolicyFile } from '../../../src/task/image-policy.ts'
import { kindOf, PAGES, SNIPPETS } from '../../support/snippets.ts'

const read = (path: string) => readFileSync(path, 'utf8')

describe('the pages', () => {
  it.each(PAGES)('%s links to files and headings that are there', (page) => {
    const targets = linksOf(page).filter((target) => !/^https?:/.test(target))
    expect(targets.filter((target) => !isThere(page, target))).toEqual([])
  })

  it.each([
    ['CONTRIBUTING.md', 15],
    ['docs/architecture.md', 60],
  ])('%s names files of src that are there', (page, least) => {
    const named = sourcesIn(read(page))
    expect(named.length).toBeGreaterThanOrEqual(least)
    expect(named.filter((path) => !isSource(path))).toEqual([])
  })

  it('a file of src that is gone is found in a page', () => {
    const named = sourcesIn(
      '`src/run/gone.ts`, `run/gone.ts` and `redact.ts`; src/run/run-task.ts; script/test',
    )
    expect(named.filter((path) => !isSource(path))).toEqual(['src/run/gone.ts', 'run/gone.ts'])
  })

  it('the README leads to every other one', () => {
    const linked = linksOf('README.md').map((target) => target.replace(/#.*/, ''))
    expect(PAGES.filter((page) => page !== 'README.md' && !linked.includes(page))).toEqual([])
  })

  it('what can be pasted as a whole workflow grants its permissions', () => {
    const pasted = SNIPPETS.filter((one) => kindOf(one) === 'workflow' && one.text.includes('\non:'))
    expect(pasted.length).toBeGreaterThan(1)
    expect(pasted.filter(({ text }) => !text.includes('\npermissions:')).map(({ path }) => path)).toEqual([])
  })

  it.each(SNIPPETS.filter((one) => kindOf(one) === 'toolchains'))(
    'what is no workflow, task file or payload in $path is a toolchains file',
    async ({ path, text }) => {
      await expect(readToolchainsFile(path, text)).resolves.toBeDefined()
    },
  )

  it.each(SNIPPETS.filter((one) => kindOf(one) === 'policy'))('$path is a policy', async ({ path, text }) => {
    await expect(readPolicyFile(path, text)).resolves.toBeDefined()
  })

  it('docs/errors.md has the codes as the action knows them, each with its own part (CTN-12)', () => {
    const page = read('docs/errors.md')
    const rows = [...page.matchAll(/^\| \[(ACODE-CTN-\d+)\]\(#.*?\) \| (.*) \|$/gm)]
    expect(Object.fromEntries(rows.map(([, code, meaning]) => [code, meaning]))).toEqual(ERROR_CODES)
    expect([...page.matchAll(/^### (.*)$/gm)].map(([, title]) => title)).toEqual(Object.keys(ERROR_CODES))
  })

  it('docs/compatibility.md names a test in each of its rows (FID-1, FID-3)', () => {
    const rows = read('docs/compatibility.md')
      .split('\n')
      .filter((line) => /^\| (?!-|expected)/.test(line))
    expect(rows.length).toBeGreaterThan(20)
    expect(rows.filter((row) => !/\]\(\.\.\/__tests__\/[\w/-]+\.test\.ts\)( \||<br>)/.test(row))).toEqual([])
  })

  it('SECURITY.md has the capabilities that act inside a container, with the reasons (FID-6)', () => {
    const rows = [...read('SECURITY.md').matchAll(/^\| `([A-Z_]+)` \| (.*) \|$/gm)]
    expect(Object.fromEntries(rows.map(([, name, why]) => [name, why]))).toEqual(INSIDE)
  })
})

/** The files and folders of code that a text names: `src/run/run-task.ts`, `src/engine/`, `run/run-task.ts`, `redact.ts`. */
const sourcesIn = (text: string): string[] =>
  [...text.matchAll(/(?<![\w./-])((?:[\w-]+\/)*[\w-]+\.ts|src\/(?:[\w-]+\/)+)(?![\w-])/g)].map(
    ([, path = '']) => path,
  )

const CODE = globSync(['*.ts', '{src,script,__tests__}/**/*.ts'])

/** A path below the project or `src`, or the name of a file anywhere. */
const isSource = (path: string): boolean =>
  existsSync(path) ||
  (path.includes('/') ? existsSync(join('src', path)) : CODE.some((one) => one.endsWith(`/${path}`)))

const linksOf = (page: string): string[] =>
  [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)

function isThere(page: string, target: string): boolean {
  const [path = '', heading] = target.split('#')
  const file = path === '' ? page : join(dirname(page), path)
  return existsSync(file) && (heading === undefined || headingsOf(file).includes(heading))
}

/** The headings of a page as GitHub names them in links. */
const headingsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
